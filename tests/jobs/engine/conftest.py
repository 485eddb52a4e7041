"""An engine that runs."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.music_api import MusicApiStandIn
from tests.jobs.engine_world import EngineWorld, engine_world


@pytest.fixture
async def world(api: MusicApiStandIn, tmp_path: Path) -> AsyncIterator[EngineWorld]:
    async with engine_world(api, tmp_path) as ready:
        yield ready
