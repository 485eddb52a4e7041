"""Relays that are announced for a time: not before it, and not without two."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobs.jams.service import JamService
from jobs.jams.turn_service import TurnsWish
from jobs.models.jam import JamState, Say
from jobs.store.queries.jams import members
from tests.fakes.api_faults import FaultyMusicApi
from tests.jobs.jams.relays import HOUR, origin, relay_world
from tests.jobs.jams.world import JamWorld
from tests.jobs.jams_shelf import HOST, MIA, NOOR, RAVI, now_of


@pytest.fixture
async def ready(api: FaultyMusicApi, tmp_path: Path) -> AsyncIterator[JamWorld]:
    async with relay_world(api, tmp_path) as world:
        yield world


@pytest.mark.parametrize(
    ("order", "early", "late"),
    [("joined", (MIA, RAVI, NOOR), ()), ("joined", (MIA,), (RAVI,)), ("anyone", (), ())],
)
async def test_a_relay_begins_at_its_time_or_later_as_soon_as_two_have_joined(
    ready: JamWorld, order: str, early: tuple[int, ...], late: tuple[int, ...]
) -> None:
    service = JamService(ready.world.context, ready.keeper, ready.board, lambda: None)
    begins_at = time.time() + 2 * HOUR
    wish = TurnsWish("relay", "a ferry", 3, "1h", 34, order=order, starts="2h")
    jam = await service.turns.start(wish, origin(HOST), moderator=True)
    assert jam.due_at == pytest.approx(begins_at, abs=2.0)
    for member in early:
        await ready.store.write(members.add, jam.id, member)
    service._wake()
    await ready.turn()
    assert (await now_of(ready.store, jam)).state is JamState.PLANNED, "full, and not begun"
    moved_to = await service.move_to(jam, "+1h", HOST)
    await asyncio.sleep(moved_to - time.time() - 60.0)
    ready.restart(ready.board)
    await ready.turn()
    assert (await now_of(ready.store, jam)).due_at == moved_to, "nobody has lost anything by an absence"
    await asyncio.sleep(61.0)
    if late:
        await ready.turn()
        await asyncio.sleep(HOUR)
        await ready.turn()
        assert (await now_of(ready.store, jam)).state is JamState.PLANNED
        for member in late:
            await ready.store.write(members.add, jam.id, member)
        ready.keeper.begin()
    await ready.until(jam, JamState.OPEN)
    while not ready.board.said[Say.TURN, 0]:
        await asyncio.sleep(1.0)
        await ready.turn()
