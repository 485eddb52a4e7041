"""Songs that take a second: a fault of their task must find them unfinished, even on a busy machine."""

from collections.abc import AsyncIterator

import pytest

from sandbox.music_api import Options
from tests.conftest import KEY
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.sound import FixedSound


@pytest.fixture
def pace() -> float:
    """How long songs take, as a factor. Where no fault is to strike them, a test may be in a hurry."""
    return 0.25


@pytest.fixture
def options() -> Options:
    """How the fake API acts where there is a choice."""
    return Options()


@pytest.fixture
async def api(fixed_sound: FixedSound, pace: float, options: Options) -> AsyncIterator[FaultyMusicApi]:
    """A fresh fake API."""
    fake = FaultyMusicApi(keys=[KEY], credits=500, time_scale=pace, sound=fixed_sound, options=options)
    async with fake:
        yield fake
