"""How often the gateway is connected to: Discord resets the token of a bot that begins 1,000 sessions a day.

discord.py waits before it connects again in some of the ways in which a connection ends, and in others not
at all. Here each connection waits for the ones of the last hour, whatever ended them.
"""

import time
from collections import deque
from collections.abc import Mapping
from typing import Any

_REMEMBERED = 3600.0
# Between two connections: doubled with each in the last hour. The longest makes 288 a day.
_FIRST, _LONGEST = 1.0, 300.0
# Between two sessions (docs: gateway, "Rate Limiting").
_BETWEEN_SESSIONS = 5.0
# With fewer sessions left they are spread over what is left of the day.
_FEW = 100
# discord.py gives a connection a minute, in which it must also be made.
_SITTABLE = 40.0


class ConnectLater(Exception):
    """The gateway must be left alone for longer than can be sat out within a connection."""

    def __init__(self, seconds: float, why: str) -> None:
        super().__init__(why)
        self.seconds = seconds


class ConnectionPace:
    """Says how long to wait, in seconds, and notes what is done then."""

    def __init__(self) -> None:
        self._connections: deque[float] = deque()
        self._session_at: float | None = None

    def before_connection(self) -> float:
        """Wait so long before a connection, which counts as made then. Raises ConnectLater."""
        now = time.monotonic()
        while self._connections and self._connections[0] <= now - _REMEMBERED:
            self._connections.popleft()
        made = len(self._connections)
        gap = min(_FIRST * 2 ** (made - 1), _LONGEST) if made else 0.0
        wait = self._connections[-1] + gap - now if made else 0.0
        if wait > _SITTABLE:
            raise ConnectLater(wait, f"it was connected {made} times in the last hour")
        wait = max(wait, 0.0)
        self._connections.append(now + wait)
        return wait

    def before_session(self, limit: Mapping[str, Any]) -> float:
        """Wait so long before IDENTIFY, which counts as sent then. Raises ConnectLater.

        Args:
            limit: Discord's `session_start_limit`, with `reset_after` in milliseconds; empty if unknown.
        """
        now = time.monotonic()
        left, resets_in = limit.get("remaining", _FEW), limit.get("reset_after", 0) / 1000
        if left <= 0:
            raise ConnectLater(
                max(resets_in, _SITTABLE), "Discord allows this bot no more sessions until then"
            )
        gap = max(resets_in / left if left < _FEW else 0.0, _BETWEEN_SESSIONS)
        wait = 0.0 if self._session_at is None else max(self._session_at + gap - now, 0.0)
        if wait > _SITTABLE:
            raise ConnectLater(wait, f"Discord allows this bot {left} more sessions today")
        self._session_at = now + wait
        return wait
