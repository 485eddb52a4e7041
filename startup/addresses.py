"""Settings that say where something is: on the web, and whose it is, and the database."""

import ipaddress
import re
from importlib.util import find_spec
from urllib.parse import urlsplit

from startup.environment import HOME

_API_PATH, _DISCORD_PATH = "/api/v1", "/api/v10"
_POSTGRES = "postgresql+psycopg"
_PUBLIC_KEY = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
# The music API takes addresses of webhooks up to 1,024 characters.
_LONGEST_PUBLIC_URL = 900


def music_api_url(text: str) -> str:
    """The base URL; a bare host gets the path that every edition of the API has."""
    url = _web_address(text, "https://host/api/v1")
    return url if urlsplit(url).path else url + _API_PATH


def discord_api_url(text: str) -> str:
    """The base URL of Discord's REST API, whose requests carry the token."""
    url = _web_address(text, "http://127.0.0.1:8081/api/v10")
    if not url.endswith(_DISCORD_PATH):
        raise ValueError(f"must end in {_DISCORD_PATH}")
    if urlsplit(url).scheme != "https" and is_public(url):
        raise ValueError("must begin with https://, unless it is in your own network: it is sent the token")
    return url


def public_url(text: str) -> str:
    url = _web_address(text, "https://bot.example.org")
    parts = urlsplit(url)
    if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
        raise ValueError("must begin with https://: the music API calls nothing else")
    if not url.isascii() or len(url) > _LONGEST_PUBLIC_URL:
        raise ValueError(f"must be plain ASCII of at most {_LONGEST_PUBLIC_URL} characters")
    return url


def public_key(text: str) -> str:
    if not _PUBLIC_KEY.fullmatch(text):
        raise ValueError("must be the 64 characters of Public Key on your application's page on Discord")
    if find_spec("nacl") is None:
        raise ValueError("needs PyNaCl: `python -m pip install --require-hashes -r requirements/http.txt`")
    return text.lower()


def is_public(url: str) -> bool:
    """Whether the host of a URL may be reached from the internet, by its name."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.endswith((".local", ".localhost", ".internal", ".lan"))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _web_address(text: str, example: str) -> str:
    url = text.rstrip("/")
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise ValueError("is not a web address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_fine:
        raise ValueError(f"must look like {example}")
    if any(sign in url for sign in "@?#") or any(c.isspace() for c in url):
        raise ValueError("must hold no blanks, user name, query or fragment")
    return url


def read_address(url: str) -> str:
    """Check the address, and make it absolute. Raises ValueError, with what is wrong."""
    scheme, separator, path = url.partition("://")
    if not separator:
        raise ValueError("is not a database address; it looks like sqlite:///data/encore.db")
    if is_postgres(url):
        return _postgres(url)
    if scheme.partition("+")[0] != "sqlite":
        raise ValueError(f"names {scheme}; Encore keeps SQLite files, or uses PostgreSQL")
    if not path.strip("/") or path.strip("/") == ":memory:":
        raise ValueError("must name a file: what is only in memory is lost with the process")
    file, question, options = path[1:].partition("?")
    # SQLAlchemy's form has three slashes before a relative path, four before an absolute one.
    return f"{scheme}:///{HOME / file}{question}{options}" if path.startswith("/") else url


def is_postgres(url: str) -> bool:
    return url.partition("://")[0].partition("+")[0] in ("postgres", "postgresql")


def _postgres(url: str) -> str:
    """Check the address without any word of it in what is said: it holds a password."""
    scheme, _, rest = url.partition("://")
    if scheme not in ("postgresql", _POSTGRES):
        raise ValueError(f"must begin with {_POSTGRES}://")
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        port_is_fine = False
    if not port_is_fine or any(c.isspace() or not c.isprintable() for c in url):
        raise ValueError(f"is not an address; it looks like {_POSTGRES}://encore:password@host:5432/encore")
    if rest.count("@") > 1 or "#" in rest:
        raise ValueError("holds odd characters in its password; write @ as %40, / as %2F, # as %23, : as %3A")
    if not parts.path.strip("/"):
        raise ValueError("must name a database, such as encore at its end")
    return f"{_POSTGRES}://{rest}"
