"""A stand-in whose time stands still until a test moves it, a client for it, and the profiles."""

from collections.abc import AsyncIterator

import hypothesis
import pytest

import musicapi
from musicapi.client import MusicApiClient
from sandbox.music_api import FixedSound, ManualClock, MusicApiStandIn
from tests.musicapi.world import KEY

# A busy machine is no failure.
hypothesis.settings.register_profile("encore", deadline=None)
hypothesis.settings.load_profile("encore")


@pytest.fixture(params=musicapi.profile_names())
def profile(request: pytest.FixtureRequest) -> musicapi.Profile:
    """Every profile in turn."""
    return musicapi.load_profile(request.param)


@pytest.fixture
def clock() -> ManualClock:
    """The time of the stand-in."""
    return ManualClock()


@pytest.fixture
async def api(fixed_sound: FixedSound, clock: ManualClock) -> AsyncIterator[MusicApiStandIn]:
    """A fresh stand-in."""
    async with MusicApiStandIn(keys=[KEY], credits=500, sound=fixed_sound, clock=clock, seed=7) as stand_in:
        yield stand_in


@pytest.fixture
async def client(api: MusicApiStandIn) -> AsyncIterator[MusicApiClient]:
    """A client that knows where the stand-in is."""
    classic = musicapi.load_profile("classic")
    async with MusicApiClient(KEY, classic, base_url=api.url) as ready:
        yield ready
