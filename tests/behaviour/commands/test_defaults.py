"""What members choose once: seen, used where an order leaves it out, and cleared."""

import discord
import pytest

from jobs.models import Preferences
from jobs.store.queries.library import preferences
from tests.behaviour.commands.acts import (
    WORDS,
    accepted,
    answer,
    form_of,
    made,
    over,
    press,
    said,
    sent,
    told,
)
from tests.conftest import Jam


@pytest.fixture
def pace() -> float:
    return 0.01


@pytest.fixture
async def chosen(jam: Jam) -> Jam:
    """Mia has a model and a style of her own."""
    await jam.mia.slash(jam.channel, "defaults set", suno_model="v5", style=" lo-fi,  tape hiss")
    return jam


async def test_defaults_are_shown_to_the_member_alone_and_cleared(chosen: Jam) -> None:
    shown = await said(chosen, "mia", "defaults show")
    assert "**Suno model:** v5" in shown
    assert "**Style:** lo-fi, tape hiss" in shown
    assert "**Copies by direct message:** off" in shown
    assert "**Suno model:** none" in await said(chosen, "ravi", "defaults show")
    assert "cleared" in await said(chosen, "mia", "defaults clear")
    assert "**Style:** none" in await said(chosen, "mia", "defaults show")


async def test_what_is_set_later_is_added(chosen: Jam) -> None:
    shown = await said(chosen, "mia", "defaults set", riffusion_model="FUZZ 1.0")
    assert "**Riffusion model:** FUZZ 1.0" in shown
    assert "**Style:** lo-fi, tape hiss" in shown
    assert "at least one" in await said(chosen, "mia", "defaults set")
    assert "is not a model" in await said(chosen, "mia", "defaults set", suno_model="v99")


async def test_an_order_is_filled_in_and_its_card_shows_it(chosen: Jam) -> None:
    card = await chosen.mia.slash(chosen.channel, "suno create", prompt="a ferry")
    assert str(answer(card).embeds[0].description).startswith("a ferry, lo-fi, tape hiss\nModel: v5\n")
    await over(chosen, accepted(card))
    assert (sent(chosen)["mv"], sent(chosen)["gpt_description_prompt"]) == (
        "chirp-v5",
        "a ferry, lo-fi, tape hiss",
    )
    await made(chosen, "suno create", prompt="a ferry", model="v4")
    assert sent(chosen)["mv"] == "chirp-v4"


async def test_another_members_order_is_left_as_it_is(chosen: Jam) -> None:
    await over(chosen, accepted(await chosen.ravi.slash(chosen.channel, "suno create", prompt="a ferry")))
    assert (sent(chosen)["mv"], sent(chosen)["gpt_description_prompt"]) == ("chirp-v4-5", "a ferry")


async def test_a_form_shows_the_style_and_a_member_can_take_it_out(chosen: Jam) -> None:
    shown = await chosen.mia.slash(chosen.channel, "suno custom")
    assert form_of(shown)["style"] == "lo-fi, tape hiss"
    filled = {**form_of(shown), "lyrics": WORDS}
    await over(chosen, accepted(await chosen.mia.submit_modal(shown, filled)))
    assert sent(chosen)["mv"] == "chirp-v5"
    assert sent(chosen)["tags"] == "lo-fi, tape hiss"
    shown = await chosen.mia.slash(chosen.channel, "suno custom")
    await over(
        chosen,
        accepted(await chosen.mia.submit_modal(shown, {"title": "F", "style": "", "lyrics": WORDS})),
    )
    assert "tags" not in sent(chosen)


async def test_again_is_the_same_whatever_the_one_who_presses_prefers(jam: Jam) -> None:
    await over(jam, accepted(await jam.ravi.slash(jam.channel, "suno create", prompt="a ferry")))
    song, first = await jam.reply(), sent(jam)
    await jam.mia.slash(jam.channel, "defaults set", suno_model="v5", style="lo-fi")
    await over(jam, accepted(await press(jam, "mia", song, "Again · 10 credits")))
    assert sent(jam) == first


async def test_an_order_that_is_asked_about_is_filled_in_once(chosen: Jam) -> None:
    await chosen.mod.slash(chosen.channel, "settings confirm", credits=1)
    asked = await chosen.mia.slash(chosen.channel, "suno create", prompt="a ferry")
    await chosen.mia.slash(chosen.channel, "defaults set", style="ska")
    await over(chosen, accepted(await chosen.mia.click(answer(asked), label="Order it · 10 credits")))
    assert sent(chosen)["gpt_description_prompt"] == "a ferry, lo-fi, tape hiss"


def letters(jam: Jam) -> list[discord.Message]:
    """What the bot has sent Mia directly, oldest first."""
    return sorted(jam.mia.user.dm_channel.history(), key=lambda message: message.id)


async def test_copies_come_after_the_channel_has_the_result(jam: Jam) -> None:
    assert "message:** on" in await said(jam, "mia", "defaults set", copies=True)
    assert "/defaults set copies: False" in letters(jam)[0].content
    await made(jam, "suno create", prompt="a ferry")
    posted = await jam.reply()
    await jam.until(lambda: len(letters(jam)) > 1, "a copy")
    copy = letters(jam)[1]
    assert copy.reference is not None
    assert copy.reference.message_id == posted.id
    await jam.mia.slash(jam.channel, "defaults set", copies=False)
    await made(jam, "suno create", prompt="a ferry")
    assert len(letters(jam)) == 2


@pytest.mark.parametrize("code", [50007, 50278])
async def test_a_member_whose_messages_are_closed_hears_of_it_once_and_privately(jam: Jam, code: int) -> None:
    await jam.mia.slash(jam.channel, "defaults set", copies=True)
    letters_to = f"/channels/{jam.mia.user.dm_channel.id}/messages"
    jam.env.inject_error("POST", letters_to, status=403, code=code)
    await made(jam, "suno create", prompt="a ferry")
    assert len((await jam.reply()).attachments) == 3, "the channel has all of it"

    async def noticed() -> bool:
        return (await jam.parts.store.read(preferences.of_member, jam.mia.id)).closed_since == 1

    await jam.until(noticed, "that they are closed")
    result = await jam.mia.slash(jam.channel, "suno create", prompt="a ferry")
    [notice] = [one for one in result.followups if one.ephemeral]
    assert "copy of job #1" in notice.content
    again = await jam.mia.slash(jam.channel, "suno create", prompt="a ferry")
    assert not again.followups
    assert await jam.parts.store.read(preferences.of_member, jam.mia.id) == Preferences()


async def test_a_copy_that_discord_does_not_take_now_switches_nothing_off(jam: Jam) -> None:
    await jam.mia.slash(jam.channel, "defaults set", copies=True)
    letters_to = f"/channels/{jam.mia.user.dm_channel.id}/messages"
    jam.env.inject_error("POST", letters_to, status=403, code=50013)
    await made(jam, "suno create", prompt="a ferry")
    await made(jam, "suno create", prompt="a ferry")
    await jam.until(lambda: len(letters(jam)) == 2, "the copy of the second")
    assert (await jam.parts.store.read(preferences.of_member, jam.mia.id)).copies


async def test_copies_are_not_switched_on_where_messages_are_closed(jam: Jam) -> None:
    jam.env.inject_error("POST", f"/channels/{jam.mia.user.dm_channel.id}/messages", status=403, code=50007)
    result = await jam.mia.slash(jam.channel, "defaults set", copies=True, style="ska")
    assert "cannot send you direct messages" in told(result)
    assert "message:** off" in str(answer(result).embeds[0].description)
    assert "**Style:** ska" in str(answer(result).embeds[0].description)
