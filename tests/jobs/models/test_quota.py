"""Whose quota holds, and when "today" is: by the server's calendar, across daylight saving."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.models.quota import Period, Quota, Subject, Unit, binding, window, zone_of

HOUR = 3600.0
ME, GUILD, DJ, VIP = 3, 1, 7, 8


def quota(subject: Subject, subject_id: int, amount: int, period: Period = Period.DAY) -> Quota:
    return Quota(subject, subject_id, Unit.SONGS, period, amount)


def holds(quotas: list[Quota], *, roles: tuple[int, ...] = (), exempt: tuple[int, ...] = ()) -> set[int]:
    found = binding(quotas, guild_id=GUILD, user_id=ME, role_ids=roles, exempt_roles=exempt)
    return {one.amount for one in found}


MINE, THEIRS = quota(Subject.MEMBER, ME, 1), quota(Subject.MEMBER, 4, 2)
OF_DJS, OF_VIPS, OF_ALL = (quota(Subject.ROLE, role, n) for role, n in ((DJ, 5), (VIP, 9), (GUILD, 3)))
OF_THE_SERVER = quota(Subject.SERVER, 0, 100)
EVERY = [MINE, THEIRS, OF_DJS, OF_VIPS, OF_ALL, OF_THE_SERVER]


def test_the_closest_quota_holds_and_of_roles_the_most_generous() -> None:
    assert holds(EVERY, roles=(DJ, VIP)) == {1, 100}
    assert holds(EVERY[1:], roles=(DJ, VIP)) == {9, 100}
    assert holds(EVERY[1:], roles=(DJ,)) == {5, 100}
    assert holds(EVERY[1:]) == {3, 100}
    assert holds([THEIRS, OF_DJS]) == set()


def test_who_is_exempt_has_only_their_own_and_the_servers() -> None:
    assert holds(EVERY[1:], roles=(DJ, VIP), exempt=(VIP,)) == {100}
    assert holds(EVERY, roles=(DJ, VIP), exempt=(VIP,)) == {1, 100}
    assert holds(EVERY[1:], roles=(DJ,), exempt=(VIP,)) == {5, 100}


def test_each_period_has_its_own() -> None:
    assert holds([MINE, quota(Subject.ROLE, DJ, 20, Period.MONTH)], roles=(DJ,)) == {1, 20}


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("zone", "now", "begin", "hours"),
    [
        ("UTC", "2026-07-01T12:00+00:00", "2026-07-01T00:00+00:00", 24),
        ("Europe/Berlin", "2026-03-29T12:00+02:00", "2026-03-29T00:00+01:00", 23),
        ("Europe/Berlin", "2026-10-25T12:00+01:00", "2026-10-25T00:00+02:00", 25),
        ("America/New_York", "2026-11-01T03:00+00:00", "2026-10-31T00:00-04:00", 24),
        ("Asia/Kathmandu", "2026-05-05T18:14+00:00", "2026-05-05T00:00+05:45", 24),
        ("Asia/Kathmandu", "2026-05-05T18:15+00:00", "2026-05-06T00:00+05:45", 24),
        ("Africa/Cairo", "2026-04-24T12:00+03:00", "2026-04-24T01:00+03:00", 23),  # midnight is skipped
        ("No/Where", "2026-07-01T12:00+00:00", "2026-07-01T00:00+00:00", 24),
    ],
)
def test_today(zone: str, now: str, begin: str, hours: float) -> None:
    assert window(Period.DAY, zone, at(now)) == (at(begin), at(begin) + hours * HOUR)


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    now = at("2026-12-31T23:59+00:00")
    assert window(Period.WEEK, "UTC", now) == (at("2026-12-28T00:00+00:00"), at("2027-01-04T00:00+00:00"))
    assert window(Period.MONTH, "UTC", now) == (at("2026-12-01T00:00+00:00"), at("2027-01-01T00:00+00:00"))


@given(
    st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Cairo"]),
    st.sampled_from(Period),
    st.floats(at("2000-01-01T00:00+00:00"), at("2040-01-01T00:00+00:00")),
)
def test_every_moment_lies_in_its_period_and_periods_join(zone: str, period: Period, now: float) -> None:
    begin, end = window(period, zone, now)
    assert begin <= now < end
    assert all(edge % 900 == 0 for edge in (begin, end))
    following = window(period, zone, end)
    assert following[0] == end
    assert all(one < other for one, other in pairwise((begin, *following)))
    assert datetime.fromtimestamp(begin, UTC).year >= 1999


def test_names_that_are_no_zones() -> None:
    for name in ("", "Mars/Olympus", "../etc/passwd", "a\0b", "Europe"):
        assert zone_of(name) is None
