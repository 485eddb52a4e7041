"""A fake API whose time stands still until a test moves it, a client for it, and the profiles."""

from collections.abc import AsyncIterator

import hypothesis
import pytest

import musicapi
from musicapi.client import MusicApiClient
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.manual_clock import ManualClock
from tests.fakes.sound import FixedSound
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
    """The time of the fake API."""
    return ManualClock()


@pytest.fixture
async def api(fixed_sound: FixedSound, clock: ManualClock) -> AsyncIterator[FaultyMusicApi]:
    """A fresh fake API."""
    async with FaultyMusicApi(keys=[KEY], credits=500, sound=fixed_sound, clock=clock, seed=7) as fake:
        yield fake


@pytest.fixture
async def client(api: FaultyMusicApi) -> AsyncIterator[MusicApiClient]:
    """A client that knows where the fake API is."""
    classic = musicapi.load_profile("classic")
    async with MusicApiClient(KEY, classic, base_url=api.url) as ready:
        yield ready
