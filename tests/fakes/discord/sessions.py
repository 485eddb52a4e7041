"""One gateway session: what was sent, what can be sent again, and to which connection."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field

from tests.fakes.discord.events import Event

# Discord keeps a session for minutes, we for as many events as any test could miss.
_REPLAYABLE = 5_000
DISPATCH = 0


@dataclass(slots=True, eq=False)
class Connection:
    """One open WebSocket; frames wait in `outbox` until its writer sends them, a number closes it."""

    outbox: "asyncio.Queue[str | int]" = field(default_factory=asyncio.Queue)
    closed_with: int | None = None

    def send(self, op: int, data: object = None) -> None:
        """Queue a frame that belongs to no session."""
        self.outbox.put_nowait(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def close(self, code: int) -> None:
        """Close after what is queued already."""
        self.closed_with = code
        self.outbox.put_nowait(code)


@dataclass(slots=True, eq=False)
class Session:
    """What IDENTIFY began; it outlives its connection until it is resumed, ended or replaced."""

    id: str
    connection: Connection | None
    shard: tuple[int, int] = (0, 1)
    sequence: int = 0
    _log: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=_REPLAYABLE))

    def dispatch(self, event: Event) -> None:
        """Number an event, keep it for a resume, and send it if someone is there."""
        self.sequence += 1
        frame = json.dumps({"op": DISPATCH, "t": event.name, "s": self.sequence, "d": event.data})
        self._log.append((self.sequence, frame))
        if self.connection is not None:
            self.connection.outbox.put_nowait(frame)

    def hears(self, guild_id: int) -> bool:
        """Return whether its shard is told of a server; of what is in none, 0, the first one is."""
        number, count = self.shard
        return (guild_id >> 22) % count == number

    def can_replay(self, after: int) -> bool:
        """Return whether all events after a number are still here."""
        oldest = self._log[0][0] if self._log else self.sequence + 1
        return oldest - 1 <= after <= self.sequence

    def replay(self, after: int) -> None:
        """Send again what came after a number."""
        if self.connection is not None:
            for number, frame in list(self._log):
                if number > after:
                    self.connection.outbox.put_nowait(frame)
