"""Connections to the gateway: whatever ends them, a day of them stays far below Discord's 1,000 sessions."""

import itertools
from collections.abc import Callable

import pytest

from cogs.connection.pace import ConnectionPace, ConnectLater

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

    def wait(self, ask: ConnectionPace, **limit: int) -> float:
        """Wait as those do who connect, and begin a session; how long it took."""
        began = self.now
        for step in (ask.before_connection, lambda: ask.before_session(limit)):
            while (wait := self._asked(step)) is None:
                pass
            self.now += wait
        return self.now - began


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


@pytest.mark.parametrize("lasts", [0.0, 0.1, 3.0, 60.0, 250.0])
def test_a_day_of_broken_connections_begins_few_sessions(clock: Time, lasts: float) -> None:
    made, connections, began = 0, ConnectionPace(), clock.now
    while clock.now < began + DAY:
        clock.wait(connections)
        clock.now += lasts
        made += 1
    assert made <= 310


def test_each_wait_is_longer_than_the_last_up_to_five_minutes(clock: Time) -> None:
    connections = ConnectionPace()
    waits = [clock.wait(connections) for _ in range(14)]
    assert waits[0] == 0.0
    assert all(later >= earlier for earlier, later in itertools.pairwise(waits))
    assert max(waits) == 300.0


def test_a_connection_that_held_is_made_again_at_once(clock: Time) -> None:
    connections = ConnectionPace()
    clock.wait(connections)
    clock.now += 1800.0
    assert clock.wait(connections) == 0.0


def test_without_sessions_left_the_bot_waits_until_there_are_new_ones(clock: Time) -> None:
    with pytest.raises(ConnectLater) as later:
        ConnectionPace().before_session({"remaining": 0, "reset_after": 7_200_000})
    assert later.value.seconds == 7200.0
    assert clock.now == 1000.0


def test_few_sessions_are_spread_over_the_rest_of_the_day(clock: Time) -> None:
    connections = ConnectionPace()
    assert connections.before_session({"remaining": 10, "reset_after": 36_000_000}) == 0.0
    with pytest.raises(ConnectLater) as later:
        connections.before_session({"remaining": 9, "reset_after": 36_000_000})
    assert later.value.seconds == pytest.approx(4000.0)
    assert clock.now == 1000.0
