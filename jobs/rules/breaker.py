"""Circuit breakers, one a provider and account: when to stop sending paid calls, when to try one again. Pure.

As in Nygard's *Release It!*, with three peculiarities. Only what says something about the provider counts:
connections that fail, a limit, or bad answers about several tasks and to several members; what befalls one
again and again may be its own trouble. Polls are never held back: they are free, pause by themselves, and
bring the first news that the provider is back. And a kind of call that failed must itself succeed before
the breaker closes: polls that work say little about submits that do not.
"""

from collections import Counter, deque
from collections.abc import Hashable, Mapping
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
# Of what one task or member fails again and again, only so many failures count.
_OF_ONE = 2
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
    """Failures of one kind of call without a success in between.

    Attributes:
        last: When the latest failure came that was more than the known trouble of one task or member.
        failed: By task or member, how often it failed and when last.
    """

    first: float
    last: float
    failed: dict[Hashable, tuple[int, float]] = field(default_factory=dict)
    mended: int = 0

    def note(self, about: Hashable, now: float) -> bool:
        """Note a failure; return whether it says more than those before."""
        times, _ = self.failed.get(about, (0, now))
        self.failed[about] = times + 1, now
        if about is not None and times >= _OF_ONE:
            return False
        self.last, self.mended = now, 0
        return True

    def drop(self, before: float) -> None:
        self.failed = {about: one for about, one in self.failed.items() if one[1] >= before}

    @property
    def count(self) -> int:
        return _capped({about: times for about, (times, _) in self.failed.items()})


def _capped(failed: Mapping[Hashable, int]) -> int:
    """How many failures count."""
    return sum(times if about is None else min(times, _OF_ONE) for about, times in failed.items())


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
    _latest: deque[tuple[float, bool, Hashable]] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
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
        self._latest.append((now, True, None))
        streak = self._streaks.get(call)
        if streak is not None:
            streak.mended += 1
            if self.opened_at is None or streak.mended >= _MENDED[call]:
                del self._streaks[call]
        self._forget(now, self.schedule.wait(_FORGIVEN))
        if self.opened_at is not None and not self._streaks:
            self._close(now)

    def bad(self, call: Call, now: float, about: Hashable = None) -> None:
        """Note a call without a meaningful answer.

        Args:
            call: What was called.
            now: When.
            about: The task or member whose own trouble it may be; None for what can only be the provider's.
        """
        if self.opened_at is not None:
            self._probed(call, now)
        else:
            for streak in self._streaks.values():
                streak.drop(now - self.schedule.wait(_WINDOW))
            self._streaks = {one: streak for one, streak in self._streaks.items() if streak.failed}
        if self._streaks.setdefault(call, _Streak(now, now)).note(about, now):
            self._latest.append((now, False, about))
        if self.opened_at is None and (self._in_a_row(now) or self._often(now)):
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
        calls = [(good, about) for at, good, about in self._latest if at >= since]
        failed = Counter(about for good, about in calls if not good)
        bad = _capped(failed)
        enough = bad + sum(good for good, _ in calls)
        return enough >= _ENOUGH and bad >= enough * _SHARE


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
