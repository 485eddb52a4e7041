"""When the results of a task are all there, and when those that are there are posted. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from jobs.models import Clip
from jobs.rules.schedule import Schedule
from musicapi import Terms


class Step(Enum):
    WAIT = "look again"
    POST = "post what is there, and go on"
    END = "nothing more is expected"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a task has come.

    Attributes:
        results: Those that have ended; `created_at` says when each was first seen so.
        running: Whether the API is still at others, as far as is known.
        deadline: When a task without results is given up. With `posted`, it is watched at least until then.
        posted: Whether results of this task are in the channel.
        said: The positions of those.
        told: The positions of results of which it was said that they failed.
    """

    results: Sequence[Clip]
    running: bool
    deadline: float
    posted: bool = False
    said: Collection[int] = ()
    told: Collection[int] = ()


def absent(results: Sequence[Clip], terms: Terms) -> tuple[int, ...]:
    """The positions of results that were to be expected and are not known."""
    taken = {result.position for result in results}
    free = [position for position in range(terms.clips) if position not in taken]
    return tuple(free[: max(terms.clips - len(results), 0)])


def unsaid(results: Sequence[Clip], said: Collection[int]) -> list[Clip]:
    return [result for result in results if not result.error and result.position not in said]


def next_step(progress: Progress, terms: Terms, schedule: Schedule, now: float) -> tuple[Step, float]:
    """What to do now, and when that may change although nothing new is listed."""
    enough = not progress.running and len(progress.results) >= terms.clips
    end = _end(progress, schedule, now)
    if now >= end or (enough and not terms.open_ended):
        return Step.END, end
    since = [_moment(result, now) for result in unsaid(progress.results, progress.said)]
    if not since:
        return Step.WAIT, end
    post_at = min(since) + schedule.wait(schedule.longest)
    if not progress.posted:  # the first do not wait for long; what follows is gathered
        post_at = min(post_at, max(since) + schedule.wait(schedule.patience), progress.deadline)
    if enough and len(progress.said) < terms.clips:
        post_at = now
    return (Step.POST if now >= post_at else Step.WAIT), min(post_at, end)


def _end(progress: Progress, schedule: Schedule, now: float) -> float:
    """When more is no longer expected: each result that comes puts it off."""
    moments = [_moment(result, now) for result in progress.results]
    if not moments:
        return progress.deadline
    settled = max(moments) + schedule.wait(schedule.settle_for)
    if all(result.error for result in progress.results):
        return progress.deadline if progress.running else min(settled, progress.deadline)
    end = min(moments) + schedule.wait(schedule.more_for) if progress.running else settled
    return max(end, progress.deadline) if progress.posted else end


def _moment(result: Clip, now: float) -> float:
    """When it was first seen; long ago where the clock was set back since."""
    return result.created_at if result.created_at <= now else 0.0
