"""How often the gateway is connected to: Discord resets the token of a bot that begins 1,000 sessions a day.

discord.py waits before it connects again in some of the ways in which a connection ends, and in others not
at all. Here each connection of a shard waits for its own of the last hour, whatever ended them; and each
session for those of the other shards.
"""

import time
from collections import deque
from collections.abc import Mapping
from typing import Any

_REMEMBERED = 3600.0
# Between two connections: doubled with each in the last hour. The longest makes 288 a day.
_FIRST, _LONGEST = 1.0, 300.0
# Between two sessions of shards that share a turn (docs: gateway, "Max Concurrency").
BETWEEN_SESSIONS = 5.0
# For so long what Discord allows is not asked again; sessions that are begun meanwhile are counted.
_KNOWN = 60.0
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
    """Of one shard. Says how long to wait, in seconds, and notes what is done then."""

    def __init__(self) -> None:
        self._connections: deque[float] = deque()

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


class SessionPace:
    """Of all shards together."""

    def __init__(self) -> None:
        self._turn_at: dict[int, float] = {}  # of the last session of shards that share a turn
        self._session_at: dict[int, float] = {}  # of the last session of each shard
        self._limit: Mapping[str, Any] = {}
        self._limit_at = -_KNOWN
        self._begun = 0

    @property
    def is_known(self) -> bool:
        """Whether Discord said just now what it allows."""
        return time.monotonic() - self._limit_at < _KNOWN

    @property
    def at_once(self) -> int:
        """How many shards may begin a session at the same time."""
        return max(int(self._limit.get("max_concurrency") or 1), 1)

    def learn(self, limit: Mapping[str, Any]) -> None:
        """Note Discord's `session_start_limit`, with `reset_after` in milliseconds; empty if unknown."""
        self._limit, self._limit_at, self._begun = limit, time.monotonic(), 0

    def before_session(self, shard_id: int = 0) -> float:
        """Wait so long before IDENTIFY, which counts as sent then. Raises ConnectLater."""
        now = time.monotonic()
        left = self._limit.get("remaining", _FEW + self._begun) - self._begun
        resets_in = self._limit.get("reset_after", 0) / 1000
        if left <= 0:
            raise ConnectLater(
                max(resets_in, _SITTABLE), "Discord allows this bot no more sessions until then"
            )
        turn = shard_id % self.at_once
        next_at = self._turn_at.get(turn, now - BETWEEN_SESSIONS) + BETWEEN_SESSIONS
        if left < _FEW and shard_id in self._session_at:
            next_at = max(next_at, self._session_at[shard_id] + resets_in * len(self._session_at) / left)
        wait = max(next_at - now, 0.0)
        if wait > _SITTABLE:
            raise ConnectLater(wait, f"Discord allows this bot {left} more sessions today")
        self._turn_at[turn] = self._session_at[shard_id] = now + wait
        self._begun += 1
        return wait
