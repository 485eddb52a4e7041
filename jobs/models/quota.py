"""Quotas: who may use how much in which time. Pure.

A member's own quota goes before those of their roles; of these the most generous holds, and the one of
@everyone only where no other does. The quota of the server counts all members together, beside the others.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# More than any account holds; a larger number is a slip of the keyboard.
MOST = 1_000_000


class Subject(StrEnum):
    """Whom a quota is for."""

    MEMBER = "member"
    ROLE = "role"  # each member who has it
    SERVER = "server"  # all members together


class Unit(StrEnum):
    """What is counted."""

    SONGS = "songs"
    CREDITS = "credits"


class Period(StrEnum):
    """In which time, by the server's calendar."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `amount` of `unit` in a `period`; `subject_id` is the member's or role's, 0 for the server."""

    subject: Subject
    subject_id: int
    unit: Unit
    period: Period
    amount: int

    @property
    def key(self) -> tuple[Subject, int, Unit, Period]:
        """What there is one quota for: setting another one replaces it."""
        return self.subject, self.subject_id, self.unit, self.period


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a quota is used, and when it begins anew (seconds since the epoch)."""

    quota: Quota
    used: int
    until: float

    @property
    def left(self) -> int:
        """What is left; never less than nothing, as a quota may have been lowered since."""
        return max(self.quota.amount - self.used, 0)


def binding(
    quotas: Iterable[Quota],
    *,
    guild_id: int,
    user_id: int,
    role_ids: Collection[int],
    exempt_roles: Collection[int],
) -> list[Quota]:
    """The quotas that hold for a member: at most two for each unit and period.

    The id of the server is also that of its role @everyone, as Discord has it. Members with an exempt role
    have no quota but their own and the server's.
    """
    exempt = not set(exempt_roles).isdisjoint(role_ids)
    found: dict[tuple[bool, Unit, Period], tuple[int, Quota]] = {}
    for quota in quotas:
        rank = _rank(quota, guild_id=guild_id, user_id=user_id, role_ids=() if exempt else role_ids)
        if rank is None or (exempt and quota.subject_id == guild_id):
            continue
        key = (quota.subject is Subject.SERVER, quota.unit, quota.period)
        best = found.get(key)
        if best is None or (rank, quota.amount) > (best[0], best[1].amount):
            found[key] = (rank, quota)
    return [quota for _, quota in found.values()]


def _rank(quota: Quota, *, guild_id: int, user_id: int, role_ids: Collection[int]) -> int | None:
    """How closely a quota is meant for a member; None where it is not."""
    if quota.subject is Subject.SERVER:
        return 0
    if quota.subject is Subject.MEMBER:
        return 2 if quota.subject_id == user_id else None
    if quota.subject_id == guild_id:
        return 0
    return 1 if quota.subject_id in role_ids else None


def zone_of(name: str) -> tzinfo | None:
    """The time zone of this name (such as Europe/Berlin); None where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def window(period: Period, timezone: str, now: float) -> tuple[float, float]:
    """(begin, end) of the period that `now` lies in, in a zone's calendar; weeks begin on Monday."""
    zone = zone_of(timezone) or UTC
    today = datetime.fromtimestamp(now, zone).date()
    if period is Period.DAY:
        first, after = today, today + timedelta(days=1)
    elif period is Period.WEEK:
        first = today - timedelta(days=today.weekday())
        after = first + timedelta(days=7)
    else:
        first = today.replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
    return _midnight(first, zone), _midnight(after, zone)


def _midnight(day: date, zone: tzinfo) -> float:
    """When a day begins; where the clocks skip midnight, the moment of the change."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
