"""What members are called: asked once, and never waited for long."""

import asyncio

import pytest

from cogs.ui import member_names
from cogs.ui.member_names import MemberNames
from tests.conftest import Jam


async def test_a_name_is_that_in_the_server_and_one_that_is_unknown_is_left_out(jam: Jam) -> None:
    names = await MemberNames().of(jam.parts.bot, jam.guild.id, [jam.mia.id, 999, jam.ravi.id])
    assert names == {jam.mia.id: "mia", jam.ravi.id: "ravi"}


async def test_a_name_is_asked_for_once(jam: Jam, monkeypatch: pytest.MonkeyPatch) -> None:
    names = MemberNames()
    await names.of(jam.parts.bot, jam.guild.id, [jam.mia.id])
    monkeypatch.setattr(jam.parts.bot.http, "get_member", None)
    assert await names.of(jam.parts.bot, jam.guild.id, [jam.mia.id]) == {jam.mia.id: "mia"}


async def test_a_report_does_not_wait_for_a_discord_that_is_slow(
    jam: Jam, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_ids: int) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr(jam.parts.bot.http, "get_member", never)
    begun = asyncio.get_running_loop().time()
    assert await MemberNames().of(jam.parts.bot, jam.guild.id, [jam.mia.id]) == {}
    assert asyncio.get_running_loop().time() - begun == pytest.approx(member_names._SECONDS, abs=0.5)


async def test_a_name_that_was_heard_is_not_asked_for_and_stays_in_its_server(
    jam: Jam, monkeypatch: pytest.MonkeyPatch
) -> None:
    await jam.mia.slash(jam.channel, "jobs mine")
    monkeypatch.setattr(jam.parts.bot.http, "get_member", None)
    assert await MemberNames().of(jam.parts.bot, jam.guild.id, [jam.mia.id]) == {jam.mia.id: "mia"}
    assert (jam.guild.id + 1, jam.mia.id) not in jam.parts.bot.heard_names
