"""Connections to the gateway: whatever ends them, a day of them stays far below Discord's 1,000 sessions."""

import itertools
from collections.abc import Callable

import pytest

from cogs.connection.pace import ConnectionPace, ConnectLater, SessionPace

DAY = 24 * 3600.0


class Time:
    """Seconds that pass when somebody waits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr("cogs.connection.pace.time.monotonic", lambda: self.now)

    def _asked(self, step: Callable[[], float]) -> float | None:
        try:
            return step()
        except ConnectLater as later:
            self.now += later.seconds
            return None

    def wait(self, ask: ConnectionPace, sessions: SessionPace) -> float:
        """Wait as those do who connect, and begin a session; how long it took."""
        began = self.now
        for step in (ask.before_connection, sessions.before_session):
            while (wait := self._asked(step)) is None:
                pass
            self.now += wait
        return self.now - began


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


@pytest.mark.parametrize("lasts", [0.0, 0.1, 3.0, 60.0, 250.0])
def test_a_day_of_broken_connections_begins_few_sessions(clock: Time, lasts: float) -> None:
    made, connections, sessions, began = 0, ConnectionPace(), SessionPace(), clock.now
    while clock.now < began + DAY:
        clock.wait(connections, sessions)
        clock.now += lasts
        made += 1
    assert made <= 310


def test_each_wait_is_longer_than_the_last_up_to_five_minutes(clock: Time) -> None:
    connections, sessions = ConnectionPace(), SessionPace()
    waits = [clock.wait(connections, sessions) for _ in range(14)]
    assert waits[0] == 0.0
    assert all(later >= earlier for earlier, later in itertools.pairwise(waits))
    assert max(waits) == 300.0


def test_a_connection_that_held_is_made_again_at_once(clock: Time) -> None:
    connections, sessions = ConnectionPace(), SessionPace()
    clock.wait(connections, sessions)
    clock.now += 1800.0
    assert clock.wait(connections, sessions) == 0.0


def allowed(remaining: int, reset_after: int, **more: int) -> SessionPace:
    """What Discord allows now."""
    sessions = SessionPace()
    sessions.learn({"remaining": remaining, "reset_after": reset_after, **more})
    return sessions


def test_without_sessions_left_the_bot_waits_until_there_are_new_ones(clock: Time) -> None:
    with pytest.raises(ConnectLater) as later:
        allowed(0, 7_200_000).before_session()
    assert later.value.seconds == 7200.0
    assert clock.now == 1000.0


def test_few_sessions_are_spread_over_the_rest_of_the_day(clock: Time) -> None:
    sessions = allowed(10, 36_000_000)
    assert sessions.before_session() == 0.0
    with pytest.raises(ConnectLater) as later:  # the one before counts, although Discord was not asked again
        sessions.before_session()
    assert later.value.seconds == pytest.approx(4000.0)
    assert clock.now == 1000.0


def test_every_shard_begins_although_few_sessions_are_left(clock: Time) -> None:
    sessions = allowed(50, 36_000_000, max_concurrency=16)
    assert [sessions.before_session(shard) for shard in range(16)] == [0.0] * 16
    with pytest.raises(ConnectLater) as later:
        sessions.before_session(3)
    # As if each of the sixteen were to begin again as often.
    assert later.value.seconds == pytest.approx(36_000 * 16 / 34)
    assert clock.now == 1000.0


@pytest.mark.parametrize(("at_once", "waits"), [(1, [0.0, 5.0, 10.0, 15.0]), (2, [0.0, 0.0, 5.0, 5.0])])
def test_shards_begin_as_many_at_once_as_discord_allows(
    clock: Time, at_once: int, waits: list[float]
) -> None:
    sessions = allowed(1000, 36_000_000, max_concurrency=at_once)
    assert [sessions.before_session(shard) for shard in range(4)] == waits
    clock.now += 60.0
    assert not sessions.is_known
