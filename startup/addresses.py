"""Settings that say where something is on the web, and whose it is."""

import ipaddress
import re
from importlib.util import find_spec
from urllib.parse import urlsplit

_API_PATH = "/api/v1"
_PUBLIC_KEY = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
# The music API takes addresses of webhooks up to 1,024 characters.
_LONGEST_PUBLIC_URL = 900


def music_api_url(text: str) -> str:
    """The base URL; a bare host gets the path that every edition of the API has."""
    url = _web_address(text, "https://host/api/v1")
    return url if urlsplit(url).path else url + _API_PATH


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
