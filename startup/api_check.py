"""Whether the settings for the music API fit what is at the other end. Only looks that cost nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import musicapi
from musicapi.client import MusicApiClient
from startup.settings import Settings

log = logging.getLogger(__name__)

_KEY = "MUSIC_API_KEY: the music API does not accept it; copy it again from the dashboard"


async def check_api(settings: Settings, fine: list[str], wrong: list[str]) -> None:
    """Add a sentence for each thing that is fine or wrong."""
    try:
        async with _client(settings) as client:
            balance = await client.credits()
    except musicapi.MusicApiError as error:
        wrong.append(_problem(error) or f"MUSIC_API_URL: the music API gives no balance ({error.reason})")
    else:
        fine.append(f"the music API accepts the key; {balance.total} credits are left")
    problem = await profile_problem(settings)
    if problem and problem not in wrong:
        wrong.append(problem)


async def profile_problem(settings: Settings) -> str:
    """Say what is wrong with address, key or profile; empty where they fit, or where the API does not say."""
    name, others = settings.music_api_profile, list(musicapi.profile_names())
    others.remove(name)
    try:
        if await _speaks(settings, name) is not False:
            return ""
        fitting = [other for other in others if await _speaks(settings, other)]
    except musicapi.MusicApiError as error:
        return _problem(error)
    if fitting:
        return f"MUSIC_API_PROFILE: the API there is another edition than {name}; set it to {fitting[0]}"
    return f"MUSIC_API_URL: the API there knows the paths of no profile ({', '.join([name, *others])})"


@asynccontextmanager
async def looked_at(settings: Settings) -> AsyncIterator[None]:
    """Log what is wrong with the API, once and beside the start: it keeps nobody waiting."""
    look = asyncio.create_task(_log_problem(settings), name="api-look")
    try:
        yield
    finally:
        look.cancel()


async def _log_problem(settings: Settings) -> None:
    problem = await profile_problem(settings)
    if problem:
        log.error("%s", problem)


async def _speaks(settings: Settings, profile: str) -> bool | None:
    async with _client(settings, profile) as client:
        return await client.speaks_its_profile()


def _problem(error: musicapi.MusicApiError) -> str:
    """Say what the error has to do with the settings; empty for what may pass."""
    if isinstance(error, musicapi.Unauthorized):
        return _KEY
    if isinstance(error, musicapi.Moved):
        return f"MUSIC_API_URL: {error.reason}; if its own pages say so too, set it to that"
    return ""


def _client(settings: Settings, profile: str = "") -> MusicApiClient:
    own = musicapi.load_profile(settings.music_api_profile)
    url = settings.music_api_url or own.base_url
    chosen = musicapi.load_profile(profile) if profile else own
    return MusicApiClient(settings.music_api_key.reveal(), chosen, base_url=url)
