"""The list of orders in a channel of the moderators: gathered, in order, and never in the way."""

import asyncio
from typing import Any

import discord
import pytest

from cogs.delivery import order_log
from jobs.store.queries.order_log import unlisted
from tests.behaviour.commands.acts import accepted, answer, made, said
from tests.conftest import Jam
from tests.jobs.shelf import NOW


@pytest.fixture
def pace() -> float:
    return 0.01


def listed(channel: Any) -> list[str]:  # noqa: ANN401 - SimCord's
    """The lines in a channel, oldest first."""
    texts = [embed.description or "" for message in channel.history() for embed in message.embeds]
    return [line for text in sorted(texts) for line in text.splitlines()]


async def logged(jam: Jam) -> Any:  # noqa: ANN401 - SimCord's
    channel = jam.guild.create_text_channel("log")
    text = await said(jam, "mod", "settings log", channel=channel)
    assert f"**Saved.** Orders are listed in <#{channel.id}>." in text
    return channel


async def test_orders_of_a_few_seconds_share_a_message_that_pings_nobody(jam: Jam) -> None:
    channel = await logged(jam)
    card = await jam.mia.slash(jam.channel, "suno create", prompt="a *song* about @everyone")
    other = await jam.ravi.slash(jam.channel, "lyrics", description="rain")
    await jam.until(lambda: listed(channel), "the list")
    first, second = listed(channel)
    link = f"https://discord.com/channels/{jam.guild.id}/{jam.channel.id}"
    assert f"<@{jam.mia.id}>: **Suno song**, 10 credits - a \\*song\\* about @\u200beveryone" in first
    assert first.endswith(f"[job #1]({link}/{answer(card).id})")
    assert f"<@{jam.ravi.id}>: **Lyrics**, 2 credits - rain" in second
    assert second.endswith(f"[job #2]({link}/{answer(other).id})")
    [message] = channel.history()
    assert message.mentions == []
    assert message.flags.suppress_notifications


async def test_results_come_while_the_list_is_closed_which_is_made_up_for_later(
    jam: Jam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_log, "_CLOSED_SECONDS", 0.0)
    channel = await logged(jam)
    guild, there = jam.parts.bot.get_guild(jam.guild.id), jam.parts.bot.get_channel(channel.id)
    assert guild is not None
    assert isinstance(there, discord.TextChannel)
    await there.set_permissions(guild.default_role, send_messages=False)
    await made(jam, "suno create", prompt="one")
    await asyncio.sleep(60)
    assert listed(channel) == []
    assert f"**I cannot post in <#{channel.id}>**" in await said(jam, "mod", "settings show")
    await there.set_permissions(guild.default_role, send_messages=True)
    await made(jam, "suno create", prompt="two")
    await jam.until(lambda: listed(channel), "the list")
    assert [line.partition("[")[2][:6] for line in listed(channel)] == ["job #1", "job #2"]


async def test_what_is_ordered_while_the_list_is_off_is_not_listed_later(jam: Jam) -> None:
    channel = await logged(jam)
    assert "Orders are listed nowhere" in await said(jam, "mod", "settings log", on=False)
    assert "Name a channel" in await said(jam, "mod", "settings log")
    await made(jam, "suno create", prompt="one")
    await asyncio.sleep(60)
    await said(jam, "mod", "settings log", channel=channel)
    await made(jam, "suno create", prompt="two")
    await jam.until(lambda: listed(channel), "the list")
    [line] = listed(channel)
    assert "job #2" in line


async def test_many_orders_are_listed_in_few_messages_and_none_is_lost(jam: Jam) -> None:
    channel = await logged(jam)
    for number in range(20):
        await jam.mia.slash(jam.channel, "lyrics", description=f"number {number}")
    await jam.until(lambda: len(listed(channel)) >= 20, "the whole list")
    numbers = [line.partition("[job #")[2].partition("]")[0] for line in listed(channel)]
    assert sorted(map(int, numbers)) == list(range(1, 21))
    assert len(channel.history()) <= 6


async def test_an_order_whose_card_is_on_the_way_is_waited_for_and_one_unseen_is_left_out(jam: Jam) -> None:
    await logged(jam)
    number = accepted(await jam.mia.slash(jam.channel, "suno create", prompt="seen"))
    store = jam.parts.store

    def become(c: Any, state: str) -> None:  # noqa: ANN401 - a connection
        c.exec_driver_sql("UPDATE job SET state = ?, card_message_id = NULL, due_at = NULL", (state,))

    await jam.parts.engine.stop(5.0)
    await store.write(become, "accepted")
    now = jam.parts.service.now()
    assert await store.read(unlisted, jam.guild.id, now=now, limit=9) is None
    await store.write(become, "cancelled")
    found = await store.read(unlisted, jam.guild.id, now=now, limit=9)
    assert found is not None
    assert (list(found.jobs), found.last_id) == ([], number)
    assert await store.read(unlisted, jam.guild.id, now=NOW * 2, limit=9) is None, "that is no news"
