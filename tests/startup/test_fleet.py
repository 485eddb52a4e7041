"""What a process is told by others, and what it has of its own beside them."""

import os
from pathlib import Path

import pytest

from jobs.models.states import JobState
from jobs.orders.service import JobService
from jobs.slots import ALL, Signals
from startup.fleet import Hearing, Part, signals_by, waker
from startup.settings import Settings
from tests.fakes.api_faults import FaultyMusicApi
from tests.jobs.engine_world import engine_world

PG = "postgresql+psycopg://encore@db/encore"


class Said(Signals):
    def __init__(self) -> None:
        self.said: list[str] = []

    def send(self, kind: str, *about: object) -> None:
        self.said.append(" ".join(map(str, (kind, *about))))


async def test_what_others_tell_is_acted_on_and_what_nobody_knows_is_not(
    api: FaultyMusicApi, tmp_path: Path
) -> None:
    async with engine_world(api, tmp_path) as world:
        poked: list[int] = []
        hearing = Hearing(world.engine, world.context, poked.append)
        for said in ("gone 5", "gone 6", "joined 6", "called 7", "orders 9", "keys", "began", "wake"):
            hearing.hear(said)
        for said in ("wake accepted", "wake tomorrow", "gone", "gone x", "tomorrow 1 2", "orders"):
            hearing.hear(said)
        assert (world.context.gone, poked) == ({5}, [9])
        assert (world.context.webhooks.was_called(7), world.context.webhooks.was_called(8)) == (True, False)
        world.context.gone.clear()
        world.context.slots.leave({0})
        hearing.hear("orders 10")
        assert poked == [9], "the list of orders is that of one process"
        await world.until(await world.ask(), JobState.ACCEPTED)


async def test_what_one_writes_wakes_the_engines_of_all(api: FaultyMusicApi, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        context = world.context
        assert waker(world.engine, context) == world.engine.wake
        context.slots, context.signals = Part.of(Settings(database_url=PG, role="front")).slots, Said()
        waker(world.engine, context)(JobState.WAITING, JobState.DONE)
        waker(world.engine, context)()
        assert context.signals.said == ["wake waiting done", "wake"]
        service = JobService(context, waker(world.engine, context))
        service.joined(1)
        await service.left(5)
        service.joined(5, 6)
        assert [one for one in context.signals.said if "wake" not in one] == ["gone 5", "keys", "joined 5"]
        assert await service.absent(()) == [], "one process looks for all"


def test_what_shares_a_folder_has_names_of_its_own_in_it(tmp_path: Path) -> None:
    alone = Part.of(Settings(database_url=f"sqlite:///{tmp_path}/encore.db"))
    assert (alone.slots.mine, alone.fence, alone.spool) == (ALL, None, tmp_path / "spool")
    front = Part.of(Settings(database_url=PG, role="front", data_folder=tmp_path))
    assert (front.slots.mine, front.slots.leads, front.fence) == (frozenset(), False, None)
    assert front.spool.name.endswith(str(os.getpid()))
    front.beat()
    assert [path.name.partition("-")[0] for path in tmp_path.iterdir()] == ["heartbeat"]
    assert type(signals_by(None, alone.slots)) is Signals  # type: ignore[arg-type] # it needs no store


def test_a_worker_has_a_fence(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    worker = Part.of(Settings(database_url=PG, role="worker", data_folder=tmp_path))
    assert (worker.slots.mine, worker.slots.alone) == (frozenset(), False)
    assert worker.fence is not None
