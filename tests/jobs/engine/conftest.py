"""An engine that runs."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.api_faults import FaultyMusicApi
from tests.jobs.engine_world import EngineWorld, engine_world


@pytest.fixture
async def world(api: FaultyMusicApi, tmp_path: Path) -> AsyncIterator[EngineWorld]:
    async with engine_world(api, tmp_path) as ready:
        yield ready
