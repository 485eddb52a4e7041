"""Rate limits as Discord enforces and tells them (docs: topics/rate-limits), where a test asks for them."""

import math
from dataclasses import dataclass, field

from tests.fakes.discord.clock import Clock

GLOBAL_KEY = "global"
_GLOBAL = (50, 1.0)
# Observed by many, not documented: five messages in five seconds for each channel.
_MESSAGES = (5, 5.0)
_MESSAGE_ROUTE = "POST /channels/{channel_id}/messages"
_EXEMPT = ("POST /interactions/", "/webhooks/")


@dataclass(slots=True)
class _Window:
    most: int
    seconds: float
    used: int = 0
    ends: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Headers for the answer; `retry_after` in seconds where the request goes too far."""

    headers: dict[str, str] = field(default_factory=dict)
    retry_after: float | None = None
    is_global: bool = False


class RateLimits:
    """Counts requests in fixed windows: all together, and messages by channel."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._windows: dict[str, _Window] = {}

    def check(self, key: str, path: str) -> Verdict:
        """Count a request and say whether it goes too far."""
        now = self._clock()
        if not any(part in key for part in _EXEMPT):
            everything = self._window(GLOBAL_KEY, _GLOBAL, now=now)
            if everything.used > everything.most:
                wait = everything.ends - now
                headers = {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
                return Verdict(headers | {"Retry-After": f"{wait:.3f}"}, wait, is_global=True)
        if key != _MESSAGE_ROUTE:
            return Verdict()
        window = self._window(path, _MESSAGES, now=now)
        left = math.ceil((window.ends - now) * 1000) / 1000  # to the millisecond, and never too short
        headers = {
            "X-RateLimit-Bucket": "messages",
            "X-RateLimit-Limit": str(window.most),
            "X-RateLimit-Remaining": str(max(0, window.most - window.used)),
            "X-RateLimit-Reset": f"{window.ends:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
        }
        if window.used <= window.most:
            return Verdict(headers)
        return Verdict(headers | {"X-RateLimit-Scope": "user", "Retry-After": f"{left:.3f}"}, left)

    def _window(self, name: str, limit: tuple[int, float], *, now: float) -> _Window:
        window = self._windows.get(name)
        if window is None or window.ends <= now:
            most, seconds = limit
            window = self._windows[name] = _Window(most, seconds, ends=now + seconds)
        window.used += 1
        return window
