"""When to do a thing next. Pure.

`TIME_SCALE` multiplies every wait here, so that tests can run fast.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from musicapi import Terms

_ENOUGH_HISTORY = 5
# Unscaled seconds: longer waits that the other side asks for are cut to this.
LONGEST_WAIT = 3600.0
# An interval between polls grows up to so many times the first.
_RAREST = 3.0
_JITTER = 0.2  # share of a wait; spreads the polls of jobs that began together


@dataclass(frozen=True, slots=True)
class Schedule:
    """All waits of the engine: unscaled seconds in the attributes, scaled seconds in the results.

    Attributes:
        answer_grace: How long an accepted job waits for its answer to reach the member, so that a command
            that Discord no longer takes costs nothing. The only one not scaled, as it is Discord's.
        queue_for: How long an accepted job may wait for its first try.
        accept_for: How long to try to reach the API from then on.
        lands_within: How long a paid call whose answer was lost may still have its effect.
        shows_within: How long the balance may take to show what was taken or given back.
        overdue_after: How long after a lost call a balance that is never quiet is believed all the same.
        revised_for: For how long what was concluded from a balance may be corrected by a later one.
        deliver_for: How long to try to post.
        patience: How long what is ready waits for the next result before it is posted.
        longest: How long it waits where the next ones keep coming, or others have been posted already.
        settle_for: How long a listing that is short must not have grown to count as whole.
        more_for: How long, from the first result on, to wait for those that the API is still at.
        after_call: How long to wait where the API has said that a task is over, and the task does not say so.
        look_for: How long to look again at least, where somebody has asked for that.
        files_for: How long, from the making on, to ask for a file that cannot be fetched.
        files_again_for: How long at least, whatever its age; after that the others are no longer held up.
        doubt_for: How long answers that say nothing of a task must last before its deadline may end it.
        backoff_range: First and longest wait after a failure.
        reading_range: First and longest wait between readings of the balance while nobody knows.
        probe_range: First and longest wait between probes of a struggling provider.
    """

    scale: float = 1.0
    answer_grace: float = 15.0
    queue_for: float = 6 * 3600.0
    accept_for: float = 600.0
    lands_within: float = 900.0
    shows_within: float = 120.0
    overdue_after: float = 3600.0
    revised_for: float = 24 * 3600.0
    deliver_for: float = 24 * 3600.0
    patience: float = 60.0
    longest: float = 300.0
    settle_for: float = 600.0
    more_for: float = 2 * 3600.0
    after_call: float = 2.0
    look_for: float = 300.0
    files_for: float = 600.0
    files_again_for: float = 60.0
    doubt_for: float = 300.0
    backoff_range: tuple[float, float] = (2.0, 300.0)
    reading_range: tuple[float, float] = (15.0, 600.0)
    probe_range: tuple[float, float] = (15.0, 300.0)
    rng: random.Random = field(default_factory=random.Random)

    def wait(self, seconds: float) -> float:
        return seconds * self.scale

    def usually(self, terms: Terms, history: Sequence[float]) -> float:
        """Estimate how long a job takes; a long enough history, already in real time, is preferred."""
        if len(history) >= _ENOUGH_HISTORY:
            return _quantile(history, 0.5)
        return self.wait(terms.usually)

    def first_poll(self, terms: Terms, history: Sequence[float], *, told: bool = False) -> float:
        """Wait before the first poll, until the fastest jobs of this kind usually end.

        Where the API can be expected to tell of an end (`told`), until nearly all have usually ended. But if
        it does not tell, no job but the fastest tenth waits longer than the longest wait is without that.
        """
        known = len(history) >= _ENOUGH_HISTORY
        fastest = _quantile(history, 0.1) if known else self.wait(terms.usually * 0.3)
        first = max(fastest * 0.9, self.wait(0.1)) if known else fastest
        if not told:
            return first
        slowest = _quantile(history, 0.95) * 1.05 if known else self.wait(terms.usually * 1.3)
        longest = max(first, self.wait(terms.poll_every * _RAREST * (1 + _JITTER)))
        return max(first, min(slowest, fastest + longest))

    def next_poll(self, terms: Terms, polls: int, *, told: bool = False) -> float:
        """Wait before another poll: a growing interval, up to three times the first, with jitter.

        Three times at once where the API can be expected to tell.
        """
        growth = _RAREST if told else min(1.15 ** min(polls, 20), _RAREST)
        return self.wait(self._jittered(terms.poll_every * growth))

    def after_failure(self, tries: int, retry_after: float | None = None) -> float:
        """Wait after this many failures, or as long as the other side asks (unscaled), up to an hour."""
        return max(self._doubling(self.backoff_range, tries), min(retry_after or 0.0, LONGEST_WAIT))

    def next_probe(self, probes: int) -> float:
        """Wait before another submit to a struggling provider, after this many that failed."""
        return self._doubling(self.probe_range, probes)

    def next_reading(self, since: float, read_at: float, *, undecided: bool) -> float:
        """When to read a balance again that was read at a time, after the last call came to its end.

        At once, and then as long after the last reading as that was after the end. What is decided may
        still be corrected, which is looked for ever more rarely.
        """
        first, longest = map(self.wait, self.reading_range)
        if read_at <= since:
            return since
        wait = max(read_at - since, first)
        return read_at + (min(wait, longest) if undecided else wait)

    def _doubling(self, limits: tuple[float, float], times: int) -> float:
        return self.wait(self._jittered(min(limits[0] * 2 ** min(times, 20), limits[1])))

    def _jittered(self, seconds: float) -> float:
        return seconds * self.rng.uniform(1 - _JITTER, 1 + _JITTER)


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
