"""Which job a line of the log is about."""

import logging
from dataclasses import replace

import pytest

from jobs.engine import current_job
from jobs.models.states import JobState
from jobs.ports import AnswerLost
from tests.jobs.engine_world import SONG, VISIT, EngineWorld
from tests.jobs.shelf import ordered


async def test_every_line_of_a_job_carries_its_number(
    world: EngineWorld, caplog: pytest.LogCaptureFixture
) -> None:
    seen: set[tuple[str, int | None]] = set()

    def note(record: logging.LogRecord) -> bool:
        seen.add((record.name, current_job.get()))
        return True

    caplog.handler.addFilter(note)
    with caplog.at_level(logging.DEBUG):
        world.channel.troubles = [AnswerLost("reset")]
        first = await world.ask()
        accepted = await ordered(world.service, replace(SONG, summary="second"), VISIT)
        await world.service.card_shown(accepted.job, 98)
        await world.until(first, JobState.DONE)
        await world.until(accepted.job.id, JobState.DONE)
        await world.rest()
    for name in ("jobs.engine.submit", "jobs.engine.poll", "jobs.engine.deliver"):
        assert {job for logger, job in seen if logger == name} <= {1, 2}
        assert (name, 2) in seen
    assert current_job.get() is None
