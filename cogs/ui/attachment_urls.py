"""Links to files on Discord: signed, valid for about a day, and they say until when."""

import re
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

from discord.http import HTTPClient, Route

_HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
_FILE = re.compile(
    r"https://(?:cdn\.discordapp\.com|media\.discordapp\.net)/[\w-]*attachments/\d+/\d+/[\w.%~-]+(?:\?[\w.%=&-]*)?",
    re.ASCII,
)
# The API needs a little time to fetch the file.
_MARGIN_SECONDS = 600.0


def is_file(url: str) -> bool:
    """Whether a typed link leads to a file on Discord, which can renew it."""
    return _FILE.fullmatch(url) is not None


def expired(url: str, now: float) -> bool:
    """Whether a link to a file on Discord has expired, soon will, or was never signed."""
    with suppress(ValueError):
        parts = urlsplit(url)
        ends = parse_qs(parts.query).get("ex", [""])[0]
        # `ex` is the end in hexadecimal seconds since the epoch: docs, "Signed Attachment CDN URLs".
        return parts.hostname in _HOSTS and int(ends or "0", 16) < now + _MARGIN_SECONDS
    return False


async def refresh(http: HTTPClient, url: str) -> str:
    """Ask Discord for a new link to the same file; empty where it gives none. Raises as discord.py does."""
    renewed = await http.request(Route("POST", "/attachments/refresh-urls"), json={"attachment_urls": [url]})
    found = [one.get("refreshed") for one in renewed.get("refreshed_urls", ())]
    return str(next((one for one in found if one), ""))
