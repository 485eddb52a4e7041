"""Circuit breakers, one a provider and account: when to stop sending paid calls, when to try one again. Pure.

As in Nygard's *Release It!*, with two peculiarities. Polls are never held back: they are free, pause by
themselves, and bring the first news that the provider is back. And a kind of call that failed must itself
succeed before the breaker closes: polls that work say little about submits that do not.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from jobs.models import OWN_ACCOUNT
from jobs.rules.schedule import Schedule

Call = Literal["submit", "poll"]
ProviderAccount = tuple[str, int]

# This many failures in a row over at least this many seconds: one burst of polls is not an outage.
_IN_A_ROW, _SPREAD = 5, 10.0
# Or half of the latest calls, if there were enough of them in the window of seconds.
_REMEMBERED, _ENOUGH, _SHARE, _WINDOW = 50, 20, 0.5, 300.0
# Successes in a row that end a streak while the breaker is open; submits are down to a single probe.
_MENDED: dict[Call, int] = {"submit": 1, "poll": 3}
# A streak without a new failure for this long no longer keeps the breaker open.
_FORGIVEN = 600.0
# How long it must stay closed before that is announced: a provider that flickers is not back.
_CALM = 60.0
# The longest that a submit may take (see `jobs.credits.instrumented`); network time, so not scaled.
_PROBE_SECONDS = 300.0


@dataclass(slots=True)
class _Streak:
    """Failures of one kind of call without a success in between."""

    first: float
    last: float
    count: int = 1
    mended: int = 0


@dataclass(slots=True)
class Breaker:
    """The breaker of one provider and account.

    Attributes:
        opened_at: None while it is closed.
        closed_at: When it was last closed, if ever.
        probe_at: When the next submit may leave while it is open.
        probes: How many of them failed.
    """

    schedule: Schedule
    opened_at: float | None = None
    closed_at: float | None = None
    probe_at: float = 0.0
    probes: int = 0
    _latest: deque[tuple[float, bool]] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    _streaks: dict[Call, _Streak] = field(default_factory=dict)

    def admit(self, now: float) -> bool:
        """Whether a submit may leave; while it is open, only one probe until its outcome is known."""
        if self.opened_at is None:
            return True
        if now < self.probe_at:
            return False
        self.probe_at = now + max(self.schedule.next_probe(self.probes), _PROBE_SECONDS)
        return True

    def unused(self, now: float) -> None:
        """The submit that was admitted did not leave after all."""
        self.probe_at = now

    def good(self, call: Call, now: float) -> None:
        """Note that the provider answered, even if with a refusal."""
        self._latest.append((now, True))
        streak = self._streaks.get(call)
        if streak is not None:
            streak.mended += 1
            if self.opened_at is None or streak.mended >= _MENDED[call]:
                del self._streaks[call]
        self._forget(now, self.schedule.wait(_FORGIVEN))
        if self.opened_at is not None and not self._streaks:
            self._close(now)

    def bad(self, call: Call, now: float) -> None:
        """Note a call without a meaningful answer."""
        self._latest.append((now, False))
        if self.opened_at is None:
            self._forget(now, self.schedule.wait(_WINDOW))
        streak = self._streaks.get(call)
        if streak is None:
            self._streaks[call] = _Streak(now, now)
        else:
            streak.last, streak.count, streak.mended = now, streak.count + 1, 0
        if self.opened_at is not None:
            self._probed(call, now)
        elif self._in_a_row(now) or self._often(now):
            self.open(now, probe_at=now + self.schedule.next_probe(0))

    def idle(self, now: float) -> None:
        """No job waits for the provider any more: its latest answer decides."""
        if self.opened_at is not None and self._latest and self._latest[-1][1]:
            self._close(now)

    def open(self, now: float, *, probe_at: float) -> None:
        """Hold submits back until `probe_at`."""
        self.opened_at, self.probe_at, self.probes = now, probe_at, 0

    def calm(self, now: float) -> bool:
        """Whether it has been closed for long enough to be believed."""
        return self.opened_at is None and now >= (self.closed_at or 0.0) + self.schedule.wait(_CALM)

    def _close(self, now: float) -> None:
        self.opened_at, self.closed_at, self.probes = None, now, 0
        self._latest.clear()
        self._streaks.clear()

    def _probed(self, call: Call, now: float) -> None:
        if call == "submit":
            self.probes += 1
            self.probe_at = now + self.schedule.next_probe(self.probes)

    def _forget(self, now: float, seconds: float) -> None:
        self._streaks = {call: one for call, one in self._streaks.items() if now - one.last <= seconds}

    def _in_a_row(self, now: float) -> bool:
        count = sum(streak.count for streak in self._streaks.values())
        first = min(streak.first for streak in self._streaks.values())
        return count >= _IN_A_ROW and now - first >= self.schedule.wait(_SPREAD)

    def _often(self, now: float) -> bool:
        since = now - self.schedule.wait(_WINDOW)
        calls = [good for at, good in self._latest if at >= since]
        return len(calls) >= _ENOUGH and calls.count(False) >= len(calls) * _SHARE


class Breakers:
    """One breaker for each provider and account, as the API's limits are per key."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._breakers: dict[ProviderAccount, Breaker] = {}

    def at(self, provider: str, account: int = OWN_ACCOUNT) -> Breaker:
        return self._breakers.setdefault((provider, account), Breaker(self._schedule))

    def all(self) -> dict[ProviderAccount, Breaker]:
        return dict(self._breakers)

    def reset_timers(self, now: float) -> None:
        """Bring probes near again after the clock was set back."""
        for breaker in self._breakers.values():
            breaker.probe_at = min(breaker.probe_at, now + _PROBE_SECONDS)

    def held(self, now: float) -> dict[ProviderAccount, float]:
        """Map the providers and accounts whose submits wait to the end of the wait."""
        return {
            whose: breaker.probe_at
            for whose, breaker in self._breakers.items()
            if breaker.opened_at is not None and now < breaker.probe_at
        }
