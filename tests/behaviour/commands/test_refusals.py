"""What cannot be done here or now: one clear private sentence with the next step, and nothing charged."""

from dataclasses import replace
from pathlib import Path

import discord
import pytest

from jobs.models.states import JobState
from jobs.store.connection import ConnectionThreads
from jobs.store.queries import jobs
from tests.behaviour.commands.acts import answer, refused, told
from tests.conftest import Jam


async def test_a_clip_may_be_given_as_a_link(jam: Jam) -> None:
    _, clip_id = await jam.song()
    await jam.mia.slash(jam.channel, "stems", clip_id=f"https://suno.example/song/{clip_id.upper()}?x=1")
    await jam.reply(2)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"title": " ", "style": "", "lyrics": ""}, "The form was empty."),
        ({"title": "Only a title", "style": "", "lyrics": ""}, "The lyrics field is empty."),
        ({"title": "t" * 80, "style": "s" * 1000, "lyrics": "l" * 4000}, None),
    ],
)
async def test_forms(jam: Jam, form: dict[str, str], said: str | None) -> None:
    shown = await jam.mia.slash(jam.channel, "suno custom")
    sent = await jam.mia.submit_modal(shown, form)
    if said is None:
        assert not sent.ephemeral
        await jam.reply()
    else:
        assert told(sent).startswith(said)
        assert await jam.parts.store.read(jobs.counts) == {}


async def test_a_channel_in_which_the_bot_may_not_post_files(jam: Jam) -> None:
    assert jam.parts.bot.user is not None
    closed = discord.PermissionOverwrite(attach_files=False, embed_links=False)
    jam.channel = jam.guild.create_text_channel("quiet", overwrites={jam.parts.bot.user: closed})
    text = await refused(jam, "suno create", prompt="x")
    assert jam.api.charges == ()
    assert "**Embed Links**" in text
    assert "**Attach Files**" in text
    assert "Ask a moderator" in text


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (403, 50013), (400, 50035)])
async def test_a_card_that_discord_does_not_take_costs_nothing(jam: Jam, status: int, code: int) -> None:
    jam.env.inject_error("POST", "/interactions/*/callback", status=status, code=code)
    await jam.mia.slash(jam.channel, "suno create", prompt="too late")
    await jam.state(1, JobState.CANCELLED)
    assert jam.api.charges == ()
    jam.expected_errors.extend(jam.env.errors_since(0))


async def test_a_card_of_which_discord_says_nothing_is_looked_for_before_anything_is_spent(jam: Jam) -> None:
    jam.parts.context.schedule = replace(jam.parts.context.schedule, answer_grace=5.0)
    jam.env.inject_error("POST", "/interactions/*/callback", status=503, times=None)
    jam.env.inject_error("GET", "/webhooks/*", status=503, times=None)
    await jam.mia.slash(jam.channel, "suno create", prompt="who knows")
    await jam.state(1, JobState.CANCELLED)
    assert jam.api.charges == ()
    jam.expected_errors.extend(jam.env.errors_since(0))


async def test_an_error_of_ours_is_told_with_a_reference_and_leaves_no_trace(
    jam: Jam, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = jam.parts.store
    await store._writing.close()
    result = await jam.mia.slash(jam.channel, "suno create", prompt="x")
    reference = told(result).split("`")[-2]
    assert f"reference {reference}" in caplog.text
    assert "Traceback" not in answer(result).content
    store._writing = await ConnectionThreads.open(str(tmp_path / "encore.db"))
    jam.expected_errors.extend(jam.env.errors_since(0))
