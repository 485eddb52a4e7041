"""Songs that take a second: a fault of their task must find them unfinished, even on a busy machine."""

from collections.abc import AsyncIterator

import pytest

from sandbox.music_api import Behaviour, FixedSound, MusicApiStandIn
from tests.conftest import KEY


@pytest.fixture
def pace() -> float:
    """How long songs take, as a factor. Where no fault is to strike them, a test may be in a hurry."""
    return 0.25


@pytest.fixture
def behaviour() -> Behaviour:
    """How the stand-in acts where there is a choice."""
    return Behaviour()


@pytest.fixture
async def api(fixed_sound: FixedSound, pace: float, behaviour: Behaviour) -> AsyncIterator[MusicApiStandIn]:
    """A fresh stand-in API."""
    stand_in = MusicApiStandIn(
        keys=[KEY], credits=500, time_scale=pace, sound=fixed_sound, behaviour=behaviour
    )
    async with stand_in:
        yield stand_in
