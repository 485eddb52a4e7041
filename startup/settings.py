"""The settings, checked all together."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jobs.secret import Secret
from startup import addresses
from startup.addresses import is_postgres, read_address
from startup.environment import HOME, SettingsError

_DATABASE = f"sqlite:///{HOME / 'data/encore.db'}"
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_FORMATS = ("text", "json")
_ROLES = ("all", "front", "worker")
_LAST_PORT = 65535
# What Discord takes of a bot in a second; as in `cogs.delivery`, which the health check must not load.
_MOST_REQUESTS = 50.0
_SCALES = (1e-4, 1000.0)
_HIGHEST_CAP = 10_000_000
_LAST_ID = 2**64 - 1
# `/credits server` looks back for 90 days.
_LEAST_DAYS, _MOST_DAYS = 90, 99_999
_HOST = re.compile(r"[^\s/@?#]+")
_A_HOST = "must be a host name or an address, such as 127.0.0.1 or 0.0.0.0"
_UNSET = Secret("")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a self-hoster can set, with its default; `.env.example` says what each means.

    Attributes:
        music_api_url: Empty for the base URL of the profile.
        discord_api_url: Empty for Discord's own.
        discord_share: Of the requests a second that Discord takes of a bot, those of this process.
        metrics_port: 0 for none.
        public_url: Where the music API reaches `public_port`; empty for nowhere, and no port is opened.
        role: `all`, or of several processes at one PostgreSQL `front` or `worker`.
        public_key: With what Discord signs the interactions that it sends there; empty for the gateway.
    """

    discord_token: Secret = _UNSET
    music_api_key: Secret = _UNSET
    music_api_url: str = ""
    music_api_profile: str = "classic"
    database_url: str = field(default=_DATABASE, repr=False)
    data_folder: Path | None = None
    discord_api_url: str = ""
    discord_share: float = _MOST_REQUESTS
    log_level: str = "INFO"
    log_format: str = "text"
    metrics_port: int = 0
    metrics_host: str = "127.0.0.1"
    public_url: str = ""
    public_port: int = 8080
    public_host: str = "127.0.0.1"
    public_key: str = ""
    role: str = "all"
    time_scale: float = 1.0
    daily_cap: int | None = None
    require_balance: bool = False
    key_servers: frozenset[int] | None = None
    keep_days: int | None = None
    secret_key: Secret = _UNSET

    @property
    def folder(self) -> Path:
        """The bot's folder for files: beside the database, unless it was chosen."""
        return self.data_folder or _beside(self.database_url)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must be in no log."""
        password = urlsplit(self.database_url).password or ""
        passwords = Secret(password), Secret(unquote(password))
        return self.discord_token, self.music_api_key, self.secret_key, *passwords


def database_url(environment: Mapping[str, str]) -> str:
    """The database's address. Raises SettingsError."""
    try:
        return read_address(environment.get("DATABASE_URL", _DATABASE))
    except ValueError as error:
        raise SettingsError([f"DATABASE_URL {error}"]) from None


def data_folder(environment: Mapping[str, str]) -> Path:
    """The bot's folder for files: beside the database, or `data` where that is not a file."""
    if chosen := environment.get("DATA_FOLDER"):
        return _folder(chosen)
    try:
        return _beside(database_url(environment))
    except SettingsError:
        return HOME / "data"


def _beside(url: str) -> Path:
    return HOME / "data" if is_postgres(url) else Path(urlsplit(url).path[1:]).parent


def _folder(text: str) -> Path:
    return HOME / text


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
    """The settings, with defaults for what is missing or malformed, and the list of those problems."""
    found: dict[str, Any] = {}
    problems: list[str] = []
    for name, (read, sentence) in _readers(profiles).items():
        text = environment.get(name.upper(), "")
        if text or name in ("discord_token", "music_api_key"):
            try:
                found[name] = read(text)
            except ValueError as error:
                problems.append(f"{name.upper()} {sentence or error}")
    if "public_key" in found and "public_url" not in found:
        problems.append("PUBLIC_KEY needs PUBLIC_URL, where Discord is to send interactions")
    problems += _of_role(found)
    return Settings(**found), problems


def _of_role(found: Mapping[str, Any]) -> list[str]:
    """Say what a front or a worker lacks."""
    role, wrong = found.get("role", "all"), []
    if role != "all" and not is_postgres(found.get("database_url", _DATABASE)):
        wrong.append(f"ROLE={role} needs PostgreSQL in DATABASE_URL: a file of SQLite is one process's")
    if role == "front" and "public_key" not in found:
        wrong.append("ROLE=front needs PUBLIC_KEY: a front answers what Discord sends to PUBLIC_URL")
    return wrong


def _readers(profiles: tuple[str, ...]) -> dict[str, tuple[Callable[[str], object], str]]:
    """How each setting is read, and what to say where that raises ValueError; empty for its own words."""
    least, most = _SCALES
    return {
        "discord_token": (_token, ""),
        "music_api_key": (_key, ""),
        "music_api_url": (addresses.music_api_url, ""),
        "music_api_profile": _choice(profiles, str.lower),
        "database_url": (read_address, ""),
        "data_folder": (_folder, ""),
        "discord_api_url": (addresses.discord_api_url, ""),
        "discord_share": (_share, f"must be a number from 1 to {_MOST_REQUESTS:.0f}"),
        "log_level": _choice(_LEVELS, str.upper),
        "log_format": _choice(_FORMATS, str.lower),
        "metrics_port": (
            partial(_whole, most=_LAST_PORT),
            f"must be a port from 1 to {_LAST_PORT}, or 0 for none",
        ),
        "metrics_host": (_host, _A_HOST),
        "public_url": (addresses.public_url, ""),
        "public_port": (_port, f"must be a port from 1 to {_LAST_PORT}"),
        "public_host": (_host, _A_HOST),
        "public_key": (addresses.public_key, ""),
        "role": _choice(_ROLES, str.lower),
        "time_scale": (_scale, f"must be a number from {least:g} to {most:g}"),
        "daily_cap": (
            partial(_whole, most=_HIGHEST_CAP),
            f"must be a whole number of credits up to {_HIGHEST_CAP:,}, or empty for no cap",
        ),
        "require_balance": (_yes, "must be yes or no"),
        "key_servers": (_ids, "must be ids of servers, separated by commas, or empty for all servers"),
        "secret_key": (_secret_key, ""),
        "keep_days": (
            _days,
            f"must be a whole number of days, {_LEAST_DAYS} or more, or empty to keep everything",
        ),
    }


def _token(text: str) -> Secret:
    token = text.removeprefix("Bot ").strip()
    if not token:
        raise ValueError(
            "is missing: copy it from your application's Bot page on Discord "
            "(`make run` without one opens the sandbox)"
        )
    return _secret(token)


def _key(text: str) -> Secret:
    if not text:
        raise ValueError("is missing: copy it from your AI Music API dashboard")
    return _secret(text)


def _secret(text: str) -> Secret:
    if any(c.isspace() or not c.isprintable() for c in text) or not text.isascii():
        raise ValueError("holds blanks or odd characters; copy it again")
    return Secret(text)


def _secret_key(text: str) -> Secret:
    from startup import encryption  # noqa: PLC0415 - only who lets servers give keys pays for it

    encryption.check(text)
    return Secret(text)


def _choice(choices: tuple[str, ...], fold: Callable[[str], str]) -> tuple[Callable[[str], str], str]:
    return lambda text: choices[choices.index(fold(text))], f"must be one of: {', '.join(choices)}"


def _whole(text: str, *, most: int) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(most)) or int(text) > most:
        raise ValueError
    return int(text)


def _port(text: str) -> int:
    port = _whole(text, most=_LAST_PORT)
    if not port:
        raise ValueError
    return port


def _days(text: str) -> int:
    days = _whole(text, most=_MOST_DAYS)
    if days < _LEAST_DAYS:
        raise ValueError
    return days


def _host(text: str) -> str:
    if not (_HOST.fullmatch(text) and text.isprintable()):
        raise ValueError
    return text


def _scale(text: str) -> float:
    least, most = _SCALES
    scale = float(text)
    if not least <= scale <= most:  # so for "nan" as well
        raise ValueError
    return scale


def _share(text: str) -> float:
    share = float(text)
    if not 1.0 <= share <= _MOST_REQUESTS:  # so for "nan" as well
        raise ValueError
    return share


def _yes(text: str) -> bool:
    return bool(("no", "yes").index(text.lower()))


def _ids(text: str) -> frozenset[int] | None:
    return frozenset(_whole(one, most=_LAST_ID) for one in text.replace(",", " ").split()) or None
