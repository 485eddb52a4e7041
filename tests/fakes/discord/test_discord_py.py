"""The fake against real discord.py in a process of its own: one bot for all of these tests.

What Encore itself does through it (buttons, threads, restarts, faults with the repeats of discord.py) is in
`tests/behaviour/`; here is what it does not do, or not by itself.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fakes.discord import (
    CallbackType,
    Channel,
    Child,
    FakeDiscord,
    Upload,
    child_environment,
)
from tests.fakes.discord import faults as fault

BOT = Path(__file__).with_name("plain_bot.py")

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def discord_(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FakeDiscord]:
    log = tmp_path_factory.mktemp("bot") / "bot.log"
    async with (
        FakeDiscord() as fake_discord,
        Child(BOT, environment=child_environment(fake_discord), log=log),
    ):
        await fake_discord.synced("ping")
        await fake_discord.gateway.connected()
        yield fake_discord
        assert fake_discord.traffic.unknown_routes == []


@pytest.fixture
def channel(discord_: FakeDiscord) -> Channel:
    return discord_.add_channel("music")


async def test_commands_are_registered_with_their_options(discord_: FakeDiscord) -> None:
    commands = {command["name"]: command for command in discord_.world.commands.listed}
    prompt = commands["song"]["options"][0]["options"][0]
    assert (prompt["name"], prompt["required"], prompt["max_length"]) == ("prompt", True, 100)
    assert commands["fruit"]["options"][0]["autocomplete"] is True


async def test_an_answer_at_once_is_seen_by_all(discord_: FakeDiscord, channel: Channel) -> None:
    handle = discord_.member.slash(channel, "ping")
    answer = await handle.answered()
    assert answer.type == CallbackType.MESSAGE
    assert 0 < answer.after < 3
    assert (await channel.wait_for_message()).embeds[0]["title"] == "pong"
    assert not handle.ephemeral


async def test_a_file_that_an_embed_shows_is_resolved_and_leaves_the_list(
    discord_: FakeDiscord, channel: Channel
) -> None:
    handle = discord_.member.slash(channel, "ping")
    followup = await handle.followed_up()
    message = await handle.shown()
    assert followup.content.startswith(f"cover at {discord_.base_url}/attachments/{channel.id}/")
    assert "/cover_art.png?ex=" in followup.content
    assert message.attachments == []
    assert [(file.filename, file.title, file.data) for file in message.files] == [
        ("cover_art.png", "cover art", b"png")
    ]


async def test_a_deferred_answer_thinks_until_it_is_edited_and_most_of_what_a_bot_asks_for_parses(
    discord_: FakeDiscord, channel: Channel
) -> None:
    waiting = fault.hold()
    discord_.faults.add(f"POST /channels/{channel.id}/messages", waiting)
    handle = discord_.member.slash(channel, "tour")
    assert (await handle.answered()).type == CallbackType.DEFERRED_MESSAGE
    assert handle.message is not None
    assert handle.message.loading
    waiting.release()
    assert (await handle.shown()).content == str(["guild", "music", "owner", "guild", "final", 0])


async def test_what_is_whispered_only_its_member_can_see(discord_: FakeDiscord, channel: Channel) -> None:
    handle = discord_.member.slash(channel, "whisper")
    followup = await handle.followed_up()
    assert handle.ephemeral
    assert followup.ephemeral
    assert channel.visible == []


async def test_a_modal_goes_to_the_member_and_back(discord_: FakeDiscord, channel: Channel) -> None:
    asked = discord_.member.slash(channel, "lyrics")
    assert (await asked.answered()).type == CallbackType.MODAL
    assert asked.modal is not None
    assert asked.modal.title == "Lyrics"
    submitted = discord_.member.submit(asked, words="la la", Mood="sad")
    message = await submitted.shown()
    assert message.content == "la la (sad)"
    assert message.interaction is not None
    assert message.interaction["triggering_interaction_metadata"]["name"] == "lyrics"


async def test_an_option_completes_what_is_typed(discord_: FakeDiscord, channel: Channel) -> None:
    handle = discord_.member.autocomplete(channel, "fruit", "name", name="ap")
    await handle.answered()
    assert handle.choices is not None
    assert [choice["value"] for choice in handle.choices] == ["apple", "apricot"]


async def test_options_arrive_with_files_members_and_the_size_limit(
    discord_: FakeDiscord, channel: Channel
) -> None:
    channel.attachment_size_limit = 123_456
    style = Upload("style.txt", b"loud")
    singer = discord_.add_member("singer").user
    handle = discord_.member.slash(channel, "song create", prompt="rain", style=style, singer=singer)
    assert (await handle.shown()).content == "rain, style.txt, singer, 123456"


async def test_direct_channels_take_commands_too(discord_: FakeDiscord) -> None:
    handle = discord_.member.slash(discord_.add_member("other").direct_channel, "song create", prompt="rain")
    assert (await handle.shown()).content.startswith("rain, ")


async def test_a_second_first_answer_is_refused(discord_: FakeDiscord, channel: Channel) -> None:
    handle = discord_.member.slash(channel, "twice")
    shown = await handle.shown(lambda message: message.content != "once")
    assert shown.content == "HTTP 400 40060"
    assert handle.refusals == [40060]


async def test_what_was_missed_while_disconnected_is_replayed(
    discord_: FakeDiscord, channel: Channel
) -> None:
    resumes, identifies = discord_.gateway.resumes, discord_.gateway.identifies
    waiting = fault.hold()
    rule = discord_.faults.add("GET /socket", waiting)
    discord_.gateway.drop(4000)
    await rule.struck()
    handle = discord_.member.slash(channel, "ping")
    waiting.release()
    assert (await handle.answered()).type == CallbackType.MESSAGE
    assert (discord_.gateway.resumes, discord_.gateway.identifies) == (resumes + 1, identifies)
