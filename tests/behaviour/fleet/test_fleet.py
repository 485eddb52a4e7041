"""A worker that dies or stands still is taken over from: nothing is charged twice, posted twice, or lost."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from startup.fleet import EXIT_TAKEN_OVER
from tests.behaviour.end_to_end.conftest import until
from tests.behaviour.fleet.world import Fleet, fleet_in, signal_to
from tests.fakes.api_faults import connection
from tests.fakes.discord import faults
from tests.fakes.sound import FixedSound
from tests.jobs.installed import has_postgres

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("unmeasured")]


@pytest.fixture
async def fleet(fixed_sound: FixedSound, tmp_path: Path) -> AsyncIterator[Fleet]:
    if not has_postgres():
        pytest.skip("no PostgreSQL is installed")
    from tests.jobs.postgres import cluster  # noqa: PLC0415 - it needs the driver

    async with fleet_in(tmp_path, fixed_sound, cluster()) as ready:
        yield ready


async def test_workers_that_are_killed_or_stopped_are_taken_over_from(fleet: Fleet) -> None:
    await fleet.start_front()
    await fleet.start("worker")
    await fleet.start("worker")
    await until(fleet.owner)

    first = fleet.owner()  # killed in the middle of a paid call
    slow = fleet.api.faults.add(connection.SlowAnswer(3600.0), "suno.create")
    await fleet.order("killed in the call")
    await until(lambda: slow.hits == 1)
    await fleet.worker(first).kill()
    second = await fleet.other_than(first)
    fleet.api.faults.clear()
    await until(lambda: fleet.state("killed in the call") == "failed")
    assert len(fleet.api.charges) == 1

    await fleet.start("worker")  # killed when a song was posted and that was not noted
    hung = fleet.discord.faults.add("POST /channels/*/messages", faults.hang().after_effect())
    await fleet.order("killed after the post")
    await hung.struck()
    await second.kill()
    third = await fleet.other_than(second.process.pid)
    await until(lambda: fleet.state("killed after the post") == "done")
    assert (len(fleet.api.charges), fleet.delivered()) == (2, 1)

    await fleet.start("worker")  # stopped between the intent and the call
    fleet.stops.touch()
    await fleet.order("stopped before the call")
    fourth = await fleet.other_than(third.process.pid)
    await until(lambda: fleet.state("stopped before the call") == "held")
    signal_to(third.process.pid, signal.SIGCONT)
    assert await third.ended() == EXIT_TAKEN_OVER
    assert "this process ends" in third.output()
    await fleet.order("after all that")
    await until(lambda: fleet.state("after all that") == "done")
    assert (len(fleet.api.charges), fleet.delivered()) == (3, 2), "what was stopped sent nothing"
    assert await fourth.stop() == 0
