"""Each of Discord's answers to a delivery has a written end state, and comes to it."""

import inspect
from pathlib import Path

import pytest

from jobs.models.states import JobState
from tests.behaviour.faults.discord_ends import ENDS, POST, End
from tests.behaviour.faults.world import fault_world
from tests.fakes.api_faults import FaultyMusicApi

_MESSAGES = {"nothing": 0, "once": 1, "once, as links": 1, "twice": 2}


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.name)
async def test_it_ends_as_written(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: End
) -> None:
    async with fault_world(api, tmp_path, monkeypatch) as world:
        if end.threads:
            await world.parts.service.change_settings(world.discord.guild.id, 1, lambda _: {"threads": True})
        await _done(end.prepare(world, monkeypatch))
        paid = len(api.charges)
        job_id = await world.ask()
        if end.later is not None:
            await _done(end.later(world))
        job = await world.ended(job_id)
        posted = world.posted()
        assert job.state is end.state
        assert len(posted) == _MESSAGES[end.posted]
        assert len(api.charges) - paid <= 1
        nonces = [message.nonce for message in posted]
        assert len(set(nonces)) == len(nonces)
        if end.state is JobState.DONE:
            assert all(bool(message.attachments) is (end.posted != "once, as links") for message in posted)
        # Nothing is tried for ever, nor hammered: Discord bans who goes on after refusals.
        assert len(world.discord.traffic.of(POST.replace("*", "{channel_id}"))) <= 12
    assert list((tmp_path / "spool").iterdir()) == []


async def _done(result: object) -> None:
    if inspect.isawaitable(result):
        await result
