"""When a provider's breaker opens, what it lets through, when it closes again."""

import random

from hypothesis import given
from hypothesis import strategies as st

from jobs.rules.breaker import Breaker, Breakers, Call
from jobs.rules.schedule import Schedule

NOW = 1_800_000_000.0
CALLS = st.sampled_from(("submit", "poll"))


def breaker(scale: float = 1.0) -> Breaker:
    return Breaker(Schedule(scale, rng=random.Random(1)))  # noqa: S311 - no secret


def opened(*calls: Call) -> Breaker:
    """A breaker that five failures have opened, at `NOW`."""
    one = breaker()
    for number, call in enumerate(calls or ("submit",) * 5):
        one.bad(call, NOW - 40 + 10 * number)
    assert one.opened_at == NOW
    return one


def test_four_failures_are_no_outage_and_five_in_a_row_are() -> None:
    one = breaker()
    for number in range(4):
        one.bad("submit", NOW + 10 * number)
        assert one.opened_at is None
    one.bad("submit", NOW + 40)
    assert one.opened_at == NOW + 40


def test_submits_and_looks_count_together() -> None:
    opened("poll", "submit", "poll", "submit", "poll")


def test_a_burst_of_looks_that_fail_at_once_is_no_outage_but_one_that_lasts_is() -> None:
    one = breaker()
    for _ in range(16):
        one.bad("poll", NOW)
    assert one.opened_at is None
    one.bad("poll", NOW + 10)
    assert one.opened_at == NOW + 10


def test_failures_hours_apart_are_no_outage() -> None:
    one = breaker()
    for number in range(20):
        one.bad("submit", NOW + 3600 * number)
    assert one.opened_at is None


def test_looks_that_work_do_not_hide_submits_that_do_not() -> None:
    one = breaker()
    for number in range(5):
        one.bad("submit", NOW + 5 * number)
        one.good("poll", NOW + 5 * number + 1)
    assert one.opened_at is not None


def test_half_of_many_calls_is_an_outage_and_a_tenth_is_not() -> None:
    for failing, ends_open in ({0, 2, 4, 6, 8}, True), ({0}, False):
        one = breaker()
        for number in range(50):
            (one.bad if number % 10 in failing else one.good)("poll", NOW + number)
        assert (one.opened_at is not None) is ends_open


def test_while_it_is_open_one_submit_at_a_time_leaves() -> None:
    one = opened()
    assert not one.admit(NOW + 1)
    assert one.admit(one.probe_at)
    assert not one.admit(one.probe_at - 1)
    assert not one.admit(NOW + 200), "its outcome is not known yet"


def test_a_probe_whose_outcome_never_comes_does_not_hold_the_rest_for_ever() -> None:
    one = opened()
    assert one.admit(NOW + 30)
    assert one.admit(NOW + 30 + 300)


def test_a_probe_that_did_not_leave_leaves_its_place_to_another() -> None:
    one = opened()
    assert one.admit(NOW + 30)
    one.unused(NOW + 31)
    assert one.admit(NOW + 31)


def test_probes_become_rarer_up_to_five_minutes_and_never_come_in_step() -> None:
    one = opened()
    now, waits = NOW, []
    for _ in range(9):
        waits.append(one.probe_at - now)
        now = one.probe_at
        assert one.admit(now)
        one.bad("submit", now)
    for wait, plain in zip(waits, (15, 30, 60, 120, 240, 300, 300, 300, 300), strict=True):
        assert 0.8 * plain <= wait <= 1.2 * plain
        assert wait != plain


def test_a_probe_that_works_closes_it() -> None:
    one = opened()
    assert one.admit(NOW + 30)
    one.good("submit", NOW + 31)
    assert one.opened_at is None
    assert one.admit(NOW + 31)
    assert one.admit(NOW + 31)


def test_three_looks_that_work_close_what_looks_have_opened_and_nothing_else() -> None:
    for one, ends_open in (opened("poll", "poll", "poll", "poll", "poll"), False), (opened(), True):
        for number, good in enumerate((True, True, False, True, True, True)):
            assert one.opened_at == NOW
            if good or not ends_open:
                (one.good if good else one.bad)("poll", NOW + number)
        assert (one.opened_at is not None) is ends_open


def test_when_nobody_waits_any_more_the_last_word_counts() -> None:
    one = opened()
    one.idle(NOW + 1)
    assert one.opened_at == NOW
    one.good("poll", NOW + 2)
    one.idle(NOW + 3)
    assert one.opened_at is None


def test_submits_that_nobody_makes_any_more_are_forgiven() -> None:
    one = opened()
    one.good("poll", NOW + 599)
    assert one.opened_at == NOW
    one.good("poll", NOW + 601)
    assert one.opened_at is None


def test_it_is_calm_when_it_has_stayed_closed_for_a_minute() -> None:
    one = opened()
    assert not one.calm(NOW + 1000)
    one.good("submit", NOW + 30)
    assert not one.calm(NOW + 89)
    assert one.calm(NOW + 90)


def test_one_task_or_member_alone_never_opens_it_however_often_it_fails() -> None:
    one = breaker()
    for number in range(1000):
        one.bad("poll", NOW + 30 * number, "sick task")
        one.bad("submit", NOW + 30 * number, 3)
        if number % 10 == 0:
            one.good("poll", NOW + 30 * number)
            one.good("submit", NOW + 30 * number)
        assert one.opened_at is None


def test_one_task_that_fails_between_the_polls_of_another_never_opens_it() -> None:
    one = breaker()
    for number in range(1000):
        one.good("poll", NOW + 2 * number)
        one.bad("poll", NOW + 2 * number + 1, "sick task")
        assert one.opened_at is None


def test_three_tasks_that_fail_open_it() -> None:
    one = breaker()
    for number in range(5):
        one.bad("poll", NOW + 10 * number, f"task {number % 3}")
    assert one.opened_at == NOW + 40


def test_one_task_does_not_keep_it_open() -> None:
    one = opened("poll", "poll", "poll", "poll", "poll")
    one.bad("poll", NOW + 1, "sick task")
    one.bad("poll", NOW + 2, "sick task")
    for number in range(3):
        assert one.opened_at is not None
        one.good("poll", NOW + 10 + number)
        one.bad("poll", NOW + 10 + number, "sick task")
    assert one.opened_at is None


def test_one_task_that_fails_for_long_and_two_new_ones_open_it() -> None:
    one = breaker()
    for number in range(100):
        one.bad("poll", NOW + 30 * number, "sick task")
    for number in range(3):
        assert one.opened_at is None
        one.bad("poll", NOW + 3000 + number, f"task {number % 2}")
    assert one.opened_at is not None


def test_each_provider_has_its_own() -> None:
    breakers = Breakers(Schedule())
    for number in range(5):
        breakers.at("suno").bad("submit", NOW + 5 * number)
    assert breakers.at("nuro").admit(NOW + 20)
    assert list(breakers.held(NOW + 20)) == [("suno", 0)]
    assert breakers.held(NOW + 100) == {}, "a probe may leave"


@given(
    steps=st.lists(st.tuples(CALLS, st.booleans(), st.floats(0.0, 100.0)), max_size=200),
    scale=st.sampled_from((0.01, 1.0)),
)
def test_whatever_happens_it_lets_something_through_in_the_end(
    steps: list[tuple[Call, bool, float]], scale: float
) -> None:
    one, now = breaker(scale), NOW
    for call, good, seconds in steps:
        now += seconds
        (one.good if good else one.bad)(call, now)
        if one.opened_at is None:
            assert one.admit(now)
    assert one.admit(now + 700)
    one.good("submit", now + 700)
    for _ in range(3):
        one.good("poll", now + 700)
    assert one.opened_at is None
