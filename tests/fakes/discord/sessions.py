"""One gateway session: what was sent, what can be sent again, and to which connection."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field

from tests.fakes.discord.events import ALWAYS, Event, Intent, without_content
from tests.fakes.discord.snowflakes import shard_of

# Discord keeps a session for minutes, we for as many events as any test could miss.
_REPLAYABLE = 5_000
DISPATCH = 0


@dataclass(slots=True, eq=False)
class Connection:
    """One open WebSocket; frames wait in `outbox` until its writer sends them, a number closes it."""

    transport: asyncio.Transport | None = field(repr=False)
    outbox: "asyncio.Queue[str | int]" = field(default_factory=asyncio.Queue)
    closed_with: int | None = None

    def send(self, op: int, data: object = None) -> None:
        """Queue a frame that belongs to no session."""
        self.outbox.put_nowait(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def cut(self) -> None:
        """Drop the TCP connection without a closing frame."""
        if self.transport is not None:
            self.transport.abort()

    def close(self, code: int) -> None:
        """Close after what is queued already."""
        self.closed_with = code
        self.outbox.put_nowait(code)


@dataclass(slots=True, eq=False)
class Session:
    """What IDENTIFY began; it outlives its connection until it is resumed, ended or replaced."""

    id: str
    intents: Intent
    shard: tuple[int, int]
    connection: Connection | None
    sequence: int = 0
    _log: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=_REPLAYABLE))

    def wants(self, event: Event) -> bool:
        """Return whether the event is for this shard and was asked for."""
        shard = 0 if event.guild_id is None else shard_of(event.guild_id, self.shard[1])
        return shard == self.shard[0] and (event.intent == ALWAYS or event.intent in self.intents)

    def dispatch(self, event: Event) -> None:
        """Number an event, keep it for a resume, and send it if someone is there."""
        self.sequence += 1
        data = event.data
        if event.name in ("MESSAGE_CREATE", "MESSAGE_UPDATE") and self._hides_content(event):
            data = without_content(data)
        frame = json.dumps({"op": DISPATCH, "t": event.name, "s": self.sequence, "d": data})
        self._log.append((self.sequence, frame))
        if self.connection is not None:
            self.connection.outbox.put_nowait(frame)

    def _hides_content(self, event: Event) -> bool:
        # Direct messages and the bot's own are never hidden (docs: events/gateway, "Message Content Intent").
        visible = Intent.MESSAGE_CONTENT in self.intents or event.guild_id is None
        return not visible and not event.data["author"]["bot"]

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
