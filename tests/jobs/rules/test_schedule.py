"""When to do a thing next."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.rules.schedule import Schedule
from musicapi import load_profile

TERMS = load_profile("classic").terms("suno.create")
SCALES = st.floats(1e-4, 1000.0)
COUNTS = st.integers(0, 100_000)


def schedule(scale: float = 1.0, seed: int = 1) -> Schedule:
    return Schedule(scale, rng=random.Random(seed))  # noqa: S311 - no secret


@given(scale=SCALES, seconds=st.floats(0, 1e6))
def test_a_plain_wait_is_scaled(scale: float, seconds: float) -> None:
    assert schedule(scale).wait(seconds) == seconds * scale


@given(scale=SCALES, polls=COUNTS, seed=st.integers(0, 99))
def test_the_scale_multiplies_every_look(scale: float, polls: int, seed: int) -> None:
    plain = schedule(seed=seed).next_poll(TERMS, polls)
    assert schedule(scale, seed).next_poll(TERMS, polls) == pytest.approx(plain * scale)
    assert schedule(scale).first_poll(TERMS, []) == pytest.approx(schedule().first_poll(TERMS, []) * scale)
    assert schedule(scale).usually(TERMS, []) == pytest.approx(120.0 * scale)


@given(scale=SCALES, tries=COUNTS, seed=st.integers(0, 99))
def test_the_scale_multiplies_every_backoff(scale: float, tries: int, seed: int) -> None:
    plain = schedule(seed=seed).after_failure(tries)
    assert schedule(scale, seed).after_failure(tries) == pytest.approx(plain * scale)


@pytest.mark.parametrize(
    ("polls", "times"), [(0, 1.0), (1, 1.15), (4, 1.749), (7, 2.66), (8, 3.0), (50, 3.0), (10**9, 3.0)]
)
def test_looks_come_at_growing_intervals(polls: int, times: float) -> None:
    waits = [schedule(seed=seed).next_poll(TERMS, polls) for seed in range(200)]
    assert sum(waits) / 200 == pytest.approx(20.0 * times, rel=0.02)
    assert 20.0 * times * 0.8 <= min(waits) * 1.001
    assert max(waits) <= 20.0 * times * 1.2 * 1.001


@pytest.mark.parametrize(
    ("tries", "seconds"), [(0, 2.0), (1, 4.0), (2, 8.0), (6, 128.0), (7, 256.0), (8, 300.0), (10**9, 300.0)]
)
def test_waits_after_failures_double_up_to_a_cap(tries: int, seconds: float) -> None:
    waits = [schedule(seed=seed).after_failure(tries) for seed in range(200)]
    assert sum(waits) / 200 == pytest.approx(seconds, rel=0.02)
    assert 0.8 * seconds <= min(waits)
    assert max(waits) <= 1.2 * seconds


def test_jitter_keeps_jobs_apart() -> None:
    one = schedule()
    assert len({one.next_poll(TERMS, 3) for _ in range(50)}) == 50
    assert len({one.after_failure(3) for _ in range(50)}) == 50
    assert Schedule().after_failure(3) != Schedule().after_failure(3)


@given(scale=SCALES, tries=COUNTS, asked=st.floats(0, 3600))
def test_a_wait_that_was_asked_for_is_kept_in_full(scale: float, tries: int, asked: float) -> None:
    own = schedule(scale).after_failure(tries)
    assert schedule(scale).after_failure(tries, asked) == max(asked, own)


def test_nobody_can_make_us_wait_for_ever() -> None:
    for asked in (3600.0, 3601.0, 1e9):
        assert schedule().after_failure(0, asked) == 3600.0


def test_no_wait_asked_for() -> None:
    assert schedule().after_failure(2, None) == schedule().after_failure(2) == schedule().after_failure(2, 0)


@pytest.mark.parametrize(
    ("history", "first", "usually"),
    [
        ([], 36.0, 120.0),
        ([60.0] * 4, 36.0, 120.0),  # not enough to go by
        ([60.0] * 5, 54.0, 60.0),
        ([10.0, 20.0, 30.0, 40.0, 50.0], 9.0, 30.0),
        ([50.0, 10.0, 40.0, 20.0, 30.0], 9.0, 30.0),
        ([float(number) for number in range(1, 51)], 5.4, 26.0),
        ([0.0] * 9, 0.1, 0.0),  # never at once
    ],
)
def test_our_own_history_says_when_to_look_first(history: list[float], first: float, usually: float) -> None:
    assert schedule().first_poll(TERMS, history) == pytest.approx(first)
    assert schedule().usually(TERMS, history) == pytest.approx(usually)


@given(scale=SCALES, history=st.lists(st.floats(1.0, 1e5), min_size=5))
def test_history_is_in_real_time_already(scale: float, history: list[float]) -> None:
    one = schedule(scale)
    assert min(history) <= one.usually(TERMS, history) <= max(history)
    assert one.first_poll(TERMS, history) <= max(max(history) * 0.9, 0.1 * scale)
    assert one.first_poll(TERMS, history) >= 0.1 * scale


@given(history=st.lists(st.floats(1, 2000), max_size=60), scale=SCALES, polls=COUNTS)
def test_where_the_api_tells_looks_are_rarer_but_no_wait_is_longer_than_the_longest_was(
    history: list[float], scale: float, polls: int
) -> None:
    one, taken = schedule(scale), [seconds * scale for seconds in history]
    first, told = one.first_poll(TERMS, taken), one.first_poll(TERMS, taken, told=True)
    longest = max(first, 20.0 * 3.0 * 1.2 * scale)
    ordinary = sorted(taken)[len(taken) // 10 :] if len(taken) >= 5 else [first]
    assert first <= told
    assert told - ordinary[0] <= longest * 1.001
    assert one.next_poll(TERMS, polls, told=True) <= 20.0 * 3.0 * 1.2 * scale * 1.001


def test_where_the_api_tells_nearly_all_have_ended_by_the_first_look() -> None:
    taken = [float(seconds) for seconds in range(90, 150)]
    assert schedule().first_poll(TERMS, taken, told=True) == pytest.approx(147 * 1.05)
