"""What members type for an end, and what an absence gives back."""

from datetime import UTC, datetime

import pytest

from jobs.rules.jams.clock import DAY, HOUR, MINUTE, end, given_back, in_bounds, moment, reminder, span

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("90m", 90 * MINUTE),
        ("3d", 3 * DAY),
        ("1d12h", 1.5 * DAY),
        ("+2 hours 5 min", 2 * HOUR + 5 * MINUTE),
        (" 1 Day ", DAY),
        ("2 weeks", None),
        ("1 month", None),
        ("soon", None),
        ("", None),
        ("90", None),
    ],
)
def test_spans_are_read_as_they_are_typed(typed: str, seconds: float | None) -> None:
    assert span(typed) == seconds


def test_moments_are_those_of_the_servers_time_zone() -> None:
    berlin = moment("2026-12-01 20:00", "Europe/Berlin", NOW)
    assert berlin == datetime(2026, 12, 1, 19, 0, tzinfo=UTC).timestamp()
    assert moment("20:00", "UTC", NOW) == NOW + 8 * HOUR
    assert moment("11:00", "UTC", NOW) == NOW + 23 * HOUR, "the next one"
    evening = datetime(2026, 3, 28, 20, 0, tzinfo=UTC).timestamp()
    summer = datetime(2026, 3, 29, 18, 0, tzinfo=UTC).timestamp()
    assert moment("20:00", "Europe/Berlin", evening) == summer, "the night between is an hour shorter"
    nowhen = ("0001-01-01 00:00", "9999-12-31 23:59")  # of which a zone may make a year that there is not
    for nonsense in ("2026-13-01 20:00", "25:00", "2026-02-30 10:00", "tomorrow", *nowhen):
        assert moment(nonsense, "UTC", NOW) is None


def test_spans_are_scaled_and_moments_are_not() -> None:
    assert end("1h", timezone="UTC", now=NOW, scale=0.05) == NOW + 3 * MINUTE
    assert end("13:00", timezone="UTC", now=NOW, scale=0.05) == NOW + HOUR
    assert end("later", timezone="UTC", now=NOW, scale=1) is None
    assert in_bounds(10 * MINUTE, 1)
    assert in_bounds(30 * DAY, 1)
    assert not in_bounds(5 * MINUTE, 1)
    assert not in_bounds(31 * DAY, 1)


@pytest.mark.parametrize(
    ("left", "away", "left_then"),
    [
        (3 * DAY, 2 * HOUR, 3 * DAY - 2 * HOUR),  # a small part of it
        (HOUR, MINUTE, HOUR - MINUTE),
        (4 * MINUTE, 10 * MINUTE, -6 * MINUTE),  # too little to matter: it has ended
        (8 * HOUR, 3 * HOUR, 8 * HOUR),
        (HOUR, 3 * HOUR, HOUR),
        (HOUR, 3 * DAY, HOUR),
        (2 * DAY, 3 * DAY, DAY),  # a day more than now at most
        (5 * DAY, 3 * DAY, 3 * DAY),  # likewise, more than it was
    ],
)
def test_what_members_had_left_they_have_left_again(left: float, away: float, left_then: float) -> None:
    alive = NOW - away
    assert given_back(alive, NOW, alive + left, scale=1) == NOW + left_then


@pytest.mark.parametrize(
    ("lasts", "before"),
    [
        (HOUR, None),
        (65 * MINUTE, None),  # that would be in its first hour
        (70 * MINUTE, 10 * MINUTE),
        (10 * HOUR, HOUR),
        (3 * DAY, 7.2 * HOUR),
        (30 * DAY, DAY),
    ],
)
def test_a_reminder_comes_early_enough_and_never_at_once(lasts: float, before: float | None) -> None:
    at = reminder(NOW, NOW + lasts, scale=1)
    assert at == (None if before is None else pytest.approx(NOW + lasts - before))
