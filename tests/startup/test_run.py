"""What runs beside engine and connection."""

from contextlib import suppress
from pathlib import Path

import pytest
from discord.http import Route

from tests.behaviour.faults.world import running_bot
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.clock import until


async def test_requests_that_stand_still_are_set_free_without_a_restart(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_bot(api, tmp_path, monkeypatch) as (fake, parts):
        await until(lambda: fake.world.commands.listed, "the commands")
        rest = parts.bot.rest
        rest._global_over.clear()  # whatever shut it
        with suppress(TimeoutError):  # given up, or let go on if another one had stood still for longer
            await rest.request(Route("GET", "/users/@me"))
        assert "Discord has answered no request for" in caplog.text
        await rest.request(Route("GET", "/users/@me"))
        assert rest.still_for == 0
