"""Songs that take a second: a fault of their task must find them unfinished, even on a busy machine."""

from collections.abc import AsyncIterator

import pytest

from sandbox.music_api import FixedSound, MusicApiStandIn
from tests.conftest import KEY


@pytest.fixture
async def api(fixed_sound: FixedSound) -> AsyncIterator[MusicApiStandIn]:
    """A fresh stand-in API."""
    async with MusicApiStandIn(keys=[KEY], credits=500, time_scale=0.25, sound=fixed_sound) as stand_in:
        yield stand_in
