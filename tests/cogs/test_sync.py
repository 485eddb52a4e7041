"""Commands are registered beside the connection, however long Discord takes none."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.behaviour.faults.world import running_bot
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.clock import until
from tests.fakes.discord import faults
from tests.fakes.discord.faults import Fault

REGISTER = "PUT /applications/*/commands"


@pytest.mark.parametrize(
    ("fault", "times", "at_last"),
    [
        (faults.rate_limit(3600.0), 1, 3600.0),
        (faults.rate_limit(29.0), 1, 29.0),
        (faults.rate_limit(600.0, is_global=True), 1, 600.0),
        (faults.refusal(403, 50001), 1, 60.0),
        (faults.refusal(400, 50035), 6, 3780.0),
        (faults.status(503), 1, 60.0),
        (faults.hang(), 1, 90.0),
    ],
)
async def test_a_bot_whose_commands_are_not_taken_is_online_and_tries_again(
    api: FaultyMusicApi,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    times: int,
    at_last: float,
) -> None:
    async with running_bot(api, tmp_path, monkeypatch) as (fake, _):
        fake.faults.add(REGISTER, fault, times=times)
        began = time.monotonic()
        await until(lambda: fake.gateway.live, "the connection")
        assert time.monotonic() - began < 10
        assert not fake.world.commands.listed
        await until(lambda: fake.world.commands.listed, "the commands")
        assert at_last <= time.monotonic() - began < at_last + 60
        assert fake.gateway.identifies == 1
        tries = len(fake.traffic.of("PUT /applications/{application_id}/commands"))
        await asyncio.sleep(7200.0)
        assert len(fake.traffic.of("PUT /applications/{application_id}/commands")) == tries
