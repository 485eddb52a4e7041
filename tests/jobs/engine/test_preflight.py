"""What must be known before a call may leave: that the member was shown the card."""

from pathlib import Path

import pytest

from jobs.models import Job
from jobs.models.states import JobState
from jobs.ports import NothingSent, Undeliverable
from tests.jobs.engine_world import CARD, EngineWorld
from tests.jobs.shelf import rows


async def test_a_command_whose_answer_never_came_costs_nothing(world: EngineWorld, tmp_path: Path) -> None:
    world.channel.cards[1] = None
    job = await world.until(await world.ask(shown=False), JobState.CANCELLED)
    assert not world.api.charges
    assert (job.charged, job.unresolved) == (0, 0)
    assert rows(tmp_path / "encore.db", "SELECT kind FROM ledger ORDER BY id") == [
        ("reserved",),
        ("released",),
    ]


async def test_a_command_whose_answer_came_although_nobody_noted_it_goes_on(world: EngineWorld) -> None:
    world.channel.troubles = [NothingSent(), NothingSent()]
    job = await world.until(await world.ask(shown=False), JobState.DONE)
    assert job.card_message_id == CARD
    assert len(world.api.charges) == 1


async def test_what_is_shown_while_it_is_looked_for_is_made(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def shown_late(job: Job) -> None:
        await world.service.card_shown(job, CARD)

    monkeypatch.setattr(world.channel, "find_card", shown_late)
    await world.until(await world.ask(shown=False), JobState.DONE)


async def test_where_the_channel_is_gone_before_the_answer_nothing_is_spent(world: EngineWorld) -> None:
    world.channel.troubles = [Undeliverable()]
    await world.until(await world.ask(shown=False), JobState.CANCELLED)
    assert not world.api.charges
