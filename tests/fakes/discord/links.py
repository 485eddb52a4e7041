"""Addresses of attachments, signed and short-lived (docs: reference, "Signed Attachment CDN URLs")."""

import hashlib
import hmac
from urllib.parse import parse_qs, urlsplit

from tests.fakes.discord.clock import Clock
from tests.fakes.discord.model import Attachment

_SECRET = b"one world, one secret"


class Links:
    """Signs an attachment's address each time it is shown, and knows a forged one."""

    def __init__(self, clock: Clock, lifetime: float, cdn: str) -> None:
        self._clock = clock
        self._lifetime = lifetime
        self._cdn = cdn
        self.base_url = ""

    def to_attachment(self, attachment: Attachment) -> str:
        """Return an address that lives for the lifetime in seconds that was set."""
        path = f"/attachments/{attachment.channel_id}/{attachment.id}/{attachment.filename}"
        issued = int(self._clock())
        expires = f"{issued + int(self._lifetime):x}"
        return f"{self._cdn or self.base_url}{path}?ex={expires}&is={issued:x}&hm={self._sign(path, expires)}"

    def attachment_id(self, url: str) -> int | None:
        """Return whose address this is, however old; None for one that was not signed here."""
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        signed = hmac.compare_digest(query.get("hm", ""), self._sign(parts.path, query.get("ex", "0")))
        return int(parts.path.split("/")[3]) if signed else None

    @staticmethod
    def _sign(path: str, expires: str) -> str:
        return hmac.new(_SECRET, f"{path}?{expires}".encode(), hashlib.sha256).hexdigest()
