"""When a jam's phases end, and the songs of a party: what members type, what an absence gives back. Pure."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY = 60.0, 3600.0, 24 * 3600.0
SHORTEST, LONGEST, AHEAD = 10 * MINUTE, 30 * DAY, 60 * DAY
# How long what was begun before the end may take to count.
GRACE = 30 * MINUTE
# In turns: how long members may join, and one of them choose a take; how long the host decides about what the
# bot has ordered, and may take to have the account topped up.
GATHER, CHOICE, UNDECIDED, STALLS = 7 * DAY, HOUR, DAY, 3 * DAY
# The press of somebody who voted in the last second may be under way. Discord's time.
ON_ITS_WAY = 5.0
# What an absence gives back at most, and what it must have cost to give back anything.
MOST_GIVEN_BACK, _LEAST_LOST, _SHARE_LOST = DAY, 5 * MINUTE, 0.25
# Between two songs of a party, and of one that is a call; the length of one that nobody knows, and how long
# they may be apart.
PAUSE, CALL_PAUSE, _UNKNOWN = 20.0, 3.0, 3 * MINUTE
LEAST_APART, MOST_APART = MINUTE, HOUR

# How much of a phase is left when it is reminded of.
_SHARE_LEFT = 0.1

_UNITS = {"d": DAY, "h": HOUR, "m": MINUTE}
_UNIT = r"(?:d(?:ays?)?|h(?:ours?|rs?)?|m(?:in(?:ute)?s?)?)"
_SPAN = re.compile(rf"(?:\d{{1,4}}\s*{_UNIT}\s*)+", re.IGNORECASE)
_PART = re.compile(r"(\d{1,4})\s*([dhm])", re.IGNORECASE)
_MOMENT = re.compile(r"(?:(2\d{3})-(\d{1,2})-(\d{1,2})[\sT]+)?(\d{1,2}):(\d{2})", re.ASCII)


def span(typed: str) -> float | None:
    """Read "90m", "3d", "1d12h" or "2 hours" as seconds; None for what is none of these."""
    text = typed.strip().removeprefix("+").strip()
    if not _SPAN.fullmatch(text):
        return None
    return sum(int(number) * _UNITS[unit.lower()] for number, unit in _PART.findall(text))


def moment(typed: str, timezone: str, now: float) -> float | None:
    """Read "2026-12-01 20:00" or "20:00" (the next one) of a time zone; None for what is neither."""
    found = _MOMENT.fullmatch(typed.strip())
    if found is None:
        return None
    zone = ZoneInfo(timezone)
    year, month, day, hour, minute = (None if part is None else int(part) for part in found.groups())
    here = datetime.fromtimestamp(now, zone)
    try:
        if year is not None:
            here = here.replace(year=year, month=month or 0, day=day or 0)
        there = here.replace(hour=hour or 0, minute=minute or 0, second=0, microsecond=0, fold=0)
    except ValueError:
        return None
    if year is None and there.timestamp() <= now:
        there += timedelta(days=1)  # by the clock on the wall, which may be an hour more or less
    return there.timestamp()


def end(typed: str, *, timezone: str, now: float, scale: float) -> float | None:
    """Read when a phase is to end, None where that is unreadable. Spans are scaled like every wait."""
    seconds = span(typed)
    return moment(typed, timezone, now) if seconds is None else now + seconds * scale


def in_bounds(seconds: float, scale: float, most: float = LONGEST) -> bool:
    """Whether a phase may take that long, or a beginning be so far ahead.

    A minute more or less: a moment is typed a little before it counts.
    """
    return (SHORTEST - MINUTE) * scale <= seconds <= (most + MINUTE) * scale


def reminder(begun_at: float, due_at: float, *, scale: float) -> float | None:
    """When to remind of the end of a phase; None for one that is too short for it.

    Early enough to act on it, never in the first hour, and never more than a day before.
    """
    lead = min(max((due_at - begun_at) * _SHARE_LEFT, SHORTEST * scale), DAY * scale)
    at = due_at - lead
    return at if at >= begun_at + HOUR * scale else None


def given_back(alive_at: float, now: float, due_at: float, *, scale: float) -> float:
    """When a phase ends for which the bot was away since `alive_at`.

    What members had left then they have left again, where they lost over a quarter of it; a day more at most.
    """
    left = max(due_at - alive_at, 0.0)
    lost = min(now, due_at) - alive_at
    if lost <= max(left * _SHARE_LOST, _LEAST_LOST * scale):
        return due_at
    return min(now + left, max(now, due_at) + MOST_GIVEN_BACK * scale)


def heard_after(duration: float | None, every: float) -> float:
    """How long a song of a party has the channel: `every` so many seconds, but never less than it takes.

    Without `every` it is its own length, and a pause for those who press play a little later.
    """
    length = duration or _UNKNOWN
    return max(every, length) if every else length + PAUSE
