"""Quotas: how much a member, role or server may use in a period. Pure.

A member's own quota precedes those of their roles, of which the most generous holds; that of @everyone holds
only if no other does. The server's quota counts all members together, in addition.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# More than any account holds; a larger number is a slip of the keyboard.
MOST = 1_000_000


class Subject(StrEnum):
    MEMBER = "member"
    ROLE = "role"  # each member who has it
    SERVER = "server"  # all members together


class Unit(StrEnum):
    SONGS = "songs"
    CREDITS = "credits"


class Period(StrEnum):
    """By the server's calendar."""

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
        """A new quota replaces the one with the same key."""
        return self.subject, self.subject_id, self.unit, self.period


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a quota is used, and when it resets."""

    quota: Quota
    used: int
    until: float

    @property
    def left(self) -> int:
        """Never negative, although a quota may have been lowered since."""
        return max(self.quota.amount - self.used, 0)


def binding(
    quotas: Iterable[Quota],
    *,
    guild_id: int,
    user_id: int,
    role_ids: Collection[int],
    exempt_roles: Collection[int],
) -> list[Quota]:
    """Find the quotas that hold for a member: at most two for each unit and period.

    In Discord a server's id is also that of its role @everyone. A member with an exempt role has only their
    own quota and the server's.
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
    """How closely a quota fits a member; None if it does not apply."""
    if quota.subject is Subject.SERVER:
        return 0
    if quota.subject is Subject.MEMBER:
        return 2 if quota.subject_id == user_id else None
    if quota.subject_id == guild_id:
        return 0
    return 1 if quota.subject_id in role_ids else None


def zone_of(name: str) -> tzinfo | None:
    """The time zone of a name such as Europe/Berlin; None if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def window(period: Period, timezone: str, now: float) -> tuple[float, float]:
    """(begin, end) of the period around `now` in a zone's calendar; weeks begin on Monday."""
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
    """When a day begins; if the clocks skip midnight, the moment of the change."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
