"""Addresses of attachments, signed and short-lived (docs: reference, "Signed Attachment CDN URLs")."""

import hashlib
import hmac
from collections.abc import Mapping

from tests.wire.clock import Clock
from tests.wire.model import Attachment

_SECRET = b"one world, one secret"


class Links:
    """Signs an attachment's address each time it is shown, and knows a stale or forged one."""

    def __init__(self, clock: Clock, lifetime: float) -> None:
        self._clock = clock
        self._lifetime = lifetime
        self.base_url = ""

    def to_attachment(self, attachment: Attachment) -> str:
        """Return an address that lives for the lifetime in seconds that was set."""
        path = f"/attachments/{attachment.channel_id}/{attachment.id}/{attachment.filename}"
        issued = int(self._clock())
        expires = f"{issued + int(self._lifetime):x}"
        return f"{self.base_url}{path}?ex={expires}&is={issued:x}&hm={self._sign(path, expires)}"

    def is_good(self, path: str, query: Mapping[str, str]) -> bool:
        """Return whether an address was signed here and is still fresh."""
        expires = query.get("ex", "0")
        fresh = int(expires, 16) >= self._clock()
        return fresh and hmac.compare_digest(query.get("hm", ""), self._sign(path, expires))

    @staticmethod
    def _sign(path: str, expires: str) -> str:
        return hmac.new(_SECRET, f"{path}?{expires}".encode(), hashlib.sha256).hexdigest()
