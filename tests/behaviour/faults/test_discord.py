"""Each of Discord's answers to a delivery has a written end state, and comes to it."""

import inspect
from pathlib import Path

import pytest

from jobs.models.states import JobState
from tests.behaviour.faults.discord_outcomes import OUTCOMES, POST, Row
from tests.behaviour.faults.world import fault_world
from tests.fakes.api_faults import FaultyMusicApi

_ONE_LINK = "once, one file as a link"
_MESSAGES = {"nothing": 0, "once": 1, "once, as links": 1, _ONE_LINK: 1, "twice": 2}


@pytest.mark.parametrize("row", OUTCOMES, ids=lambda row: row.name)
async def test_it_ends_as_written(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: Row
) -> None:
    async with fault_world(api, tmp_path, monkeypatch) as world:
        if row.threads:
            await world.parts.service.change_settings(world.discord.guild.id, 1, lambda _: {"threads": True})
        await _done(row.prepare(world, monkeypatch))
        paid = len(api.charges)
        job_id = await world.ask()
        if row.later is not None:
            await _done(row.later(world))
        job = await world.ended(job_id)
        posted = world.posted()
        assert job.state is row.state
        assert len(posted) == _MESSAGES[row.posted]
        assert len(api.charges) - paid <= 1
        nonces = [message.nonce for message in posted]
        assert len(set(nonces)) == len(nonces)
        if row.state is JobState.DONE:
            assert all(bool(message.attachments) is (row.posted != "once, as links") for message in posted)
        # Nothing is tried for ever, nor hammered: Discord bans who goes on after refusals.
        assert len(world.discord.traffic.of(POST.replace("*", "{channel_id}"))) <= 12
    assert list((tmp_path / "spool").iterdir()) == []


async def _done(result: object) -> None:
    if inspect.isawaitable(result):
        await result
