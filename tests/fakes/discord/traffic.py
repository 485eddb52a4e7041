"""What went over the fake Discord, counted and kept for a look back."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

_KEPT = 10_000
_SHOWN = 15
# Each of these counts towards Cloudflare's ban at 10,000 in ten minutes (docs: topics/rate-limits).
_INVALID = (401, 403, 429)


@dataclass(slots=True, eq=False)
class Exchange:
    """One request with the status of its answer; None while there is none, 0 where the connection was cut."""

    method: str
    path: str
    route: str
    query: str = ""
    body: Any = None
    filenames: tuple[str, ...] = ()
    status: int | None = None

    @property
    def key(self) -> str:
        """Method and route, such as `POST /channels/{channel_id}/messages`."""
        return f"{self.method} {self.route}"


@dataclass(slots=True)
class Traffic:
    """Counters over the whole run, and the latest exchanges."""

    requests: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    unknown_routes: list[str] = field(default_factory=list)
    exchanges: deque[Exchange] = field(default_factory=lambda: deque(maxlen=_KEPT))

    @property
    def invalid(self) -> int:
        """How many answers were of the kind that Cloudflare bans for."""
        return sum(self.statuses[status] for status in _INVALID)

    def begin(self, exchange: Exchange) -> None:
        """Note a request that has arrived."""
        self.exchanges.append(exchange)
        self.requests[exchange.key] += 1

    def end(self, exchange: Exchange, status: int) -> None:
        """Note how a request was answered."""
        exchange.status = status
        self.statuses[status] += 1

    def of(self, key: str) -> list[Exchange]:
        """Return the exchanges of one route, such as `POST /channels/{channel_id}/messages`."""
        return [exchange for exchange in self.exchanges if exchange.key == key]

    def tail(self) -> str:
        """Return the latest exchanges as text, for the message of a failed wait."""
        lines = [f"  {e.key} -> {e.status}" for e in list(self.exchanges)[-_SHOWN:]]
        return "the latest requests were:\n" + ("\n".join(lines) or "  none at all")
