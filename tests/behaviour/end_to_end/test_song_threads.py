"""A song's thread is opened once, whatever happens in between; a closed one leads back to the channel."""

import pytest

from tests.behaviour.end_to_end.conftest import Outside, until
from tests.fakes.discord import Channel, Member, Permission, faults
from tests.fakes.discord.events import Event
from tests.fakes.discord.model import ChannelType
from tests.fakes.discord.payloads import channel_payload

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("unmeasured")]

OPEN = "POST /channels/{channel_id}/messages/{message_id}/threads"


def threads(outside: Outside) -> list[Channel]:
    return [channel for channel in outside.discord.guild.channels.values() if channel.is_thread]


async def switch_on(outside: Outside) -> None:
    mod: Member = outside.discord.add_member("mod", permissions=Permission.MANAGE_GUILD)
    answer = await mod.slash(outside.discord.channel, "settings threads", on=True).answered()
    assert "in a thread of its own" in str(answer.data)


async def order(outside: Outside, command: str, **options: str) -> None:
    """Order something and wait until it is delivered."""
    await outside.discord.member.slash(outside.discord.channel, command, **options).answered()
    await until(lambda: set(outside.states().values()) == {"done"})


async def test_a_thread_is_opened_once_though_the_answer_is_lost_and_the_bot_is_killed(
    outside: Outside,
) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        await switch_on(outside)
        lost = outside.discord.faults.add(OPEN, faults.status(502).after_effect())
        held = outside.discord.faults.add(OPEN, faults.hold())
        await outside.discord.member.slash(outside.discord.channel, "suno create", prompt="x").answered()
        await held.struck()
        await bot.kill()
    assert lost.hits == 1
    outside.discord.faults.clear()
    async with outside.bot() as bot:
        await until(lambda: set(outside.states().values()) == {"done"})
        await bot.stop()
    [thread] = threads(outside)
    assert len(outside.delivered(thread)) == 1
    assert outside.delivered() == []
    assert len(outside.api.charges) == 1
    assert {exchange.status for exchange in outside.discord.traffic.of(OPEN)} <= {0, 201, 400, 502}


async def test_a_closed_thread_leads_back_to_the_channel(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        await switch_on(outside)
        await order(outside, "suno create", prompt="x")
        [thread] = threads(outside)
        [(clip_id,)] = outside.query("SELECT clip_id FROM clip WHERE position = 0")
        thread.archived = True  # a post opens it again
        await order(outside, "wav", clip_id=str(clip_id))
        assert len(outside.delivered(thread)) == 2
        assert not thread.archived
        thread.locked = True
        await order(outside, "wav", clip_id=str(clip_id))
        assert len(outside.delivered()) == 1
        outside.discord.world.delete_channel(thread)
        await order(outside, "wav", clip_id=str(clip_id))
        assert len(outside.delivered()) == 2
        await bot.stop()
    assert len(threads(outside)) == 1
    assert all(message.reply_to is not None for message in outside.delivered())


async def test_nothing_is_ordered_in_a_thread_that_is_locked_for_the_bot(outside: Outside) -> None:
    """Moderators may still write there; the song would be paid for, and could not be posted."""
    discord_ = outside.discord
    async with outside.bot() as bot:
        await outside.ready()
        thread = discord_.world.add_thread(
            discord_.channel, "t", thread_id=discord_.world.new_id(), kind=ChannelType.PUBLIC_THREAD
        )
        thread.locked = True
        discord_.world.emit(Event("THREAD_UPDATE", channel_payload(thread)))
        asked = discord_.member.slash(thread, "suno create", prompt="x")
        message = await asked.shown()
        assert "I am missing **Manage Threads (this one is locked)**" in message.content
        await bot.stop()
    assert outside.states() == {}
