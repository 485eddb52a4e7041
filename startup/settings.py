"""The settings: read once from the environment and `.env`, checked all together, never from anywhere else."""

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values

from jobs.models.secret import Secret
from startup import owner_policy

T = TypeVar("T")

_API_PATH = "/api/v1"
_DATABASE = "sqlite:///data/encore.db"
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_FORMATS = ("text", "json")
_LAST_PORT = 65535
_SCALES = (1e-4, 1000.0)


class SettingsError(Exception):
    """One or more settings are missing or malformed.

    Attributes:
        problems: One sentence each, in the order of `.env.example`. No value of a secret is in them.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a self-hoster can set; `.env.example` says what each means.

    Attributes:
        music_api_url: Empty for the base URL of the profile.
        metrics_port: 0 for none.
    """

    discord_token: Secret
    music_api_key: Secret
    music_api_url: str
    music_api_profile: str
    database_url: str
    log_level: str
    log_format: str
    metrics_port: int
    metrics_host: str
    time_scale: float
    daily_cap: int | None = None
    require_balance: bool = False
    key_servers: frozenset[int] | None = None
    secret_key: Secret = field(default_factory=lambda: Secret(""))

    @property
    def data_folder(self) -> Path:
        """Where files of ours may lie: beside the database."""
        return data_folder({"DATABASE_URL": self.database_url})


def data_folder(environment: Mapping[str, str]) -> Path:
    """Where files of ours may lie: beside the database, or `data` where that is not a file."""
    try:
        url = _database(environment)
    except ValueError:
        return Path("data")
    path = urlsplit(url).path[1:] if url.startswith("sqlite") else ""
    return Path(path).parent if path else Path("data")


def read_environment(env_file: Path = Path(".env")) -> dict[str, str]:
    """The environment over the `.env` file; empty values count as absent."""
    merged: dict[str, str] = {}
    try:
        from_file = dotenv_values(env_file)
    except (UnicodeDecodeError, OSError):
        raise SettingsError([f"{env_file.name} cannot be read: save it as plain text in UTF-8"]) from None
    for source in (from_file, os.environ):
        merged |= {key: value.strip() for key, value in source.items() if value and value.strip()}
    return merged


def load(environment: Mapping[str, str], *, profiles: tuple[str, ...]) -> Settings:
    """The settings in an environment.

    Args:
        environment: As `read_environment` gives it.
        profiles: The API profiles that exist.

    Raises:
        SettingsError: With every problem at once.
    """
    settings, problems = inspect(environment, profiles=profiles)
    if problems:
        raise SettingsError(problems)
    return settings


def inspect(environment: Mapping[str, str], *, profiles: tuple[str, ...]) -> tuple[Settings, list[str]]:
    """The settings, with the default in place of what is missing or malformed, and what that is."""
    problems: list[str] = []

    def take(read: Callable[[Mapping[str, str]], T], fallback: T) -> T:
        try:
            return read(environment)
        except ValueError as error:
            problems.append(str(error))
            return fallback

    settings = Settings(
        discord_token=Secret(take(_token, "")),
        music_api_key=Secret(take(_key, "")),
        music_api_url=take(_url, ""),
        music_api_profile=take(lambda env: _profile(env, profiles), profiles[0]),
        database_url=take(_database, _DATABASE),
        log_level=take(_level, "INFO"),
        log_format=take(_format, "text"),
        metrics_port=take(_metrics_port, 0),
        metrics_host=take(_metrics_host, "127.0.0.1"),
        time_scale=take(_scale, 1.0),
        daily_cap=take(owner_policy.daily_cap, None),
        require_balance=take(owner_policy.balance_required, False),  # noqa: FBT003 - the fallback
        key_servers=take(owner_policy.own_key_for, None),
        secret_key=Secret(take(owner_policy.secret_key, "")),
    )
    return settings, problems


def _token(environment: Mapping[str, str]) -> str:
    token = environment.get("DISCORD_TOKEN", "").removeprefix("Bot ").strip()
    if not token:
        raise ValueError(
            "DISCORD_TOKEN is missing: copy it from your application's Bot page on Discord "
            "(`make run` without one opens the sandbox)"
        )
    if any(c.isspace() or not c.isprintable() for c in token) or not token.isascii():
        raise ValueError("DISCORD_TOKEN holds blanks or odd characters; copy it again")
    return token


def _key(environment: Mapping[str, str]) -> str:
    key = environment.get("MUSIC_API_KEY", "")
    if not key:
        raise ValueError("MUSIC_API_KEY is missing: copy it from your AI Music API dashboard")
    if any(c.isspace() or not c.isprintable() for c in key) or not key.isascii():
        raise ValueError("MUSIC_API_KEY holds blanks or odd characters; copy it again")
    return key


def _url(environment: Mapping[str, str]) -> str:
    """The base URL; a bare host gets the path that every edition of the API has."""
    url = environment.get("MUSIC_API_URL", "").rstrip("/")
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise ValueError("MUSIC_API_URL is not a web address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_fine:
        raise ValueError("MUSIC_API_URL must look like https://host/api/v1")
    if any(sign in url for sign in "@?#") or any(c.isspace() for c in url):
        raise ValueError("MUSIC_API_URL must hold no blanks, user name, query or fragment")
    return url if parts.path else url + _API_PATH


def _profile(environment: Mapping[str, str], profiles: tuple[str, ...]) -> str:
    profile = environment.get("MUSIC_API_PROFILE", "classic").lower()
    if profile not in profiles:
        raise ValueError(f"MUSIC_API_PROFILE must be one of: {', '.join(profiles)}")
    return profile


def _database(environment: Mapping[str, str]) -> str:
    url = environment.get("DATABASE_URL", _DATABASE)
    scheme, separator, path = url.partition("://")
    if not separator:
        raise ValueError("DATABASE_URL is not a database address; it looks like sqlite:///data/encore.db")
    if scheme.partition("+")[0] != "sqlite":
        raise ValueError(f"DATABASE_URL names {scheme}; this version of Encore keeps SQLite files")
    if not path.strip("/") or path.strip("/") == ":memory:":
        raise ValueError("DATABASE_URL must name a file: what is only in memory is lost with the process")
    return url


def _level(environment: Mapping[str, str]) -> str:
    level = environment.get("LOG_LEVEL", "INFO").upper()
    if level not in _LEVELS:
        raise ValueError(f"LOG_LEVEL must be one of: {', '.join(_LEVELS)}")
    return level


def _format(environment: Mapping[str, str]) -> str:
    form = environment.get("LOG_FORMAT", "text").lower()
    if form not in _FORMATS:
        raise ValueError(f"LOG_FORMAT must be one of: {', '.join(_FORMATS)}")
    return form


def _metrics_port(environment: Mapping[str, str]) -> int:
    text = environment.get("METRICS_PORT", "0")
    if not (text.isascii() and text.isdecimal()) or int(text) > _LAST_PORT:
        raise ValueError(f"METRICS_PORT must be a port from 1 to {_LAST_PORT}, or 0 for none")
    return int(text)


def _metrics_host(environment: Mapping[str, str]) -> str:
    host = environment.get("METRICS_HOST", "127.0.0.1")
    if any(c.isspace() or c in "/@?#" or not c.isprintable() for c in host):
        raise ValueError("METRICS_HOST must be a host name or an address, such as 127.0.0.1 or 0.0.0.0")
    return host


def _scale(environment: Mapping[str, str]) -> float:
    text = environment.get("TIME_SCALE", "1.0")
    least, most = _SCALES
    try:
        scale = float(text)
    except ValueError:
        scale = math.nan
    if not least <= scale <= most:
        raise ValueError(f"TIME_SCALE must be a number from {least:g} to {most:g}")
    return scale
