"""The fake against real discord.py in a process of its own: one bot for all of these tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fakes.discord import (
    CallbackType,
    Channel,
    Child,
    FakeDiscord,
    Permission,
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


def sending_to(channel: Channel) -> str:
    return f"POST /channels/{channel.id}/messages"


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


async def test_a_deferred_answer_thinks_until_it_is_edited(discord_: FakeDiscord, channel: Channel) -> None:
    waiting = fault.hold()
    discord_.faults.add(sending_to(channel), waiting)
    handle = discord_.member.slash(channel, "post", text="song")
    assert (await handle.answered()).type == CallbackType.DEFERRED_MESSAGE
    assert handle.message is not None
    assert handle.message.loading
    waiting.release()
    shown = await handle.shown()
    assert shown.content.startswith("posted ")


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


async def test_history_and_threads(discord_: FakeDiscord, channel: Channel) -> None:
    member = discord_.add_member("reader")
    first = member.write(channel, "first")
    member.write(channel, "second")
    handle = member.slash(channel, "recall")
    assert (await handle.shown()).content == "first, second"
    assert first.thread is not None
    assert [message.content for message in first.thread.visible] == ["in the thread"]


async def test_most_of_what_a_bot_asks_for_parses(discord_: FakeDiscord, channel: Channel) -> None:
    shown = await discord_.member.slash(channel, "tour").shown()
    facts = ["guild", "music", "owner", "guild", "final", 0]
    assert shown.content == str(facts)


async def test_a_reply_to_a_message_that_is_gone_becomes_a_plain_one(
    discord_: FakeDiscord, channel: Channel
) -> None:
    card = discord_.member.write(channel, "card")
    reply = discord_.member.slash(channel, "post", text="reply", reply_to=str(card.id))
    await reply.shown()
    discord_.member.delete(card)
    await discord_.member.slash(channel, "post", text="late", reply_to=str(card.id)).shown()
    replies = {m.content: m.reply_to for m in channel.visible if m.interaction is None}
    assert replies == {"reply": card, "late": None}


async def test_a_second_first_answer_is_refused(discord_: FakeDiscord, channel: Channel) -> None:
    handle = discord_.member.slash(channel, "twice")
    shown = await handle.shown(lambda message: message.content != "once")
    assert shown.content == "HTTP 400 40060"
    assert handle.refusals == [40060]


async def test_a_502_after_the_effect_makes_one_message_with_a_nonce(
    discord_: FakeDiscord, channel: Channel
) -> None:
    folded = discord_.world.messages_folded
    rule = discord_.faults.add(sending_to(channel), fault.status(502).after_effect())
    handle = discord_.member.slash(channel, "post", text="song", nonce=str(channel.id))
    assert (await handle.shown()).content.startswith("posted ")
    assert rule.hits == 1
    assert [m.content for m in channel.visible].count("song") == 1
    assert discord_.world.messages_folded == folded + 1


async def test_a_502_after_the_effect_makes_two_follow_ups(discord_: FakeDiscord, channel: Channel) -> None:
    handle = discord_.member.slash(channel, "whisper")
    # The bot cannot have heard of it yet: nothing was awaited.
    rule = discord_.faults.add(f"POST /webhooks/*/{handle.token}", fault.status(502).after_effect())
    await channel.changes.until(lambda: len(handle.followups) == 2, "second follow-up")
    assert rule.hits == 1


@pytest.mark.parametrize(("after", "stand"), [(True, 1), (False, 0)])
async def test_a_reset_reaches_the_caller_whether_or_not_the_message_stands(
    discord_: FakeDiscord, channel: Channel, *, after: bool, stand: int
) -> None:
    discord_.faults.add(sending_to(channel), fault.reset().after_effect() if after else fault.reset())
    handle = discord_.member.slash(channel, "post", text="song")
    assert (await handle.shown()).content in ("ClientOSError", "ServerDisconnectedError")
    assert [m.content for m in channel.visible].count("song") == stand


async def test_a_429_is_waited_out_with_via_and_raises_without(
    discord_: FakeDiscord, channel: Channel
) -> None:
    rule = discord_.faults.add(sending_to(channel), fault.rate_limit(0.05))
    handle = discord_.member.slash(channel, "post", text="song")
    assert (await handle.shown()).content.startswith("posted ")
    assert rule.hits == 1
    discord_.faults.add(sending_to(channel), fault.rate_limit(0.05, via=False))
    banned = discord_.member.slash(channel, "post", text="song")
    assert (await banned.shown()).content == "HTTP 429 0"


async def test_a_503_is_not_repeated(discord_: FakeDiscord, channel: Channel) -> None:
    rule = discord_.faults.add(sending_to(channel), fault.status(503), times=None)
    handle = discord_.member.slash(channel, "post", text="song")
    assert (await handle.shown()).content == "HTTP 503 0"
    assert rule.hits == 1


async def test_refusals_reach_the_bot_with_their_codes(discord_: FakeDiscord, channel: Channel) -> None:
    async def outcome(text: str = "song", nonce: str = "") -> str:
        handle = discord_.member.slash(channel, "post", text=text, nonce=nonce or f"{channel.id}-x")
        return (await handle.shown()).content

    assert await outcome("x" * 2001) == "HTTP 400 50035"
    channel.attachment_size_limit = 3
    assert await outcome() == "HTTP 413 40005"
    channel.attachment_size_limit = 3000
    discord_.deny(channel, Permission.ATTACH_FILES)
    assert await outcome() == "HTTP 403 50013"
    discord_.deny(channel, Permission.VIEW_CHANNEL)
    assert await outcome() == "HTTP 403 50001"
    discord_.allow(channel, Permission.VIEW_CHANNEL)
    assert (await outcome()).startswith("posted ")


async def test_the_nonce_of_a_deleted_message_makes_no_new_one(
    discord_: FakeDiscord, channel: Channel
) -> None:
    nonce = str(channel.id)
    await discord_.member.slash(channel, "post", text="song", nonce=nonce).shown()
    moderator = discord_.add_member("moderator", permissions=Permission.MANAGE_MESSAGES)
    moderator.delete(await channel.wait_for_message(lambda message: message.content == "song"))
    again = discord_.member.slash(channel, "post", text="song", nonce=nonce)
    assert (await again.shown()).content == "HTTP 404 10008"
    assert "song" not in [message.content for message in channel.visible]


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
