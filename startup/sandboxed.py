"""The real bot for the sandbox: the same assembly, with a stand-in API and a throw-away database."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import musicapi
from startup import log, settings
from startup.wiring import Assembly, assemble

# A song in seconds instead of minutes.
_TIME_SCALE = "0.05"

Build = Callable[[str, str, Path], AbstractAsyncContextManager[Assembly]]


def builder(environment: Mapping[str, str]) -> Build:
    """Builds the bot for (API URL, API key, folder); of the environment only what fits a sandbox counts.

    Raises:
        SettingsError: A setting that counts is malformed.
    """
    level = environment.get("LOG_LEVEL", "WARNING")

    def build(api_url: str, api_key: str, folder: Path) -> AbstractAsyncContextManager[Assembly]:
        chosen = settings.load(
            {
                "DISCORD_TOKEN": "sandbox",
                "MUSIC_API_KEY": api_key,
                "MUSIC_API_URL": api_url,
                "DATABASE_URL": f"sqlite:///{folder / 'encore.db'}",
                "TIME_SCALE": environment.get("TIME_SCALE", _TIME_SCALE),
                "LOG_LEVEL": level,
            },
            profiles=musicapi.profile_names(),
        )
        log.set_up(chosen.log_level, (chosen.music_api_key,))
        return assemble(chosen)

    return build
