"""One call in ten to either side goes wrong: how, and how the chance is shared."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tests.fakes.api_faults import (
    Fault,
    FaultyMusicApi,
    bodies,
    connection,
    files,
    gateways,
    late,
    polls,
    refusals,
)
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord import faults as discord_faults

SCALE = 0.02
"""The bot's TIME_SCALE: the quarter of an hour for which a lost call may be carried out becomes 18 s."""

_SLOW = 0.4  # seconds of a slow call

_API: Sequence[Fault] = (
    connection.CutBeforeReading(),
    connection.CutAfterEffect(),
    connection.CutInMidBody(),
    connection.Slow(_SLOW),
    connection.SlowAnswer(_SLOW),
    refusals.ServerError(),
    refusals.LateServerError(),
    refusals.UpstreamError(),
    refusals.LateGatewayTimeout(),
    late.LandsLate(2.0),
    late.LandsLate(16.0, 502),
    refusals.RateLimited(0.5),
    bodies.InvalidJson(),
    bodies.UnknownState("complete"),
    gateways.Challenge(),
    gateways.LateChallenge(),
    gateways.Deploying(),
)
_DISCORD = (
    discord_faults.reset(),
    discord_faults.reset().after_effect(),
    discord_faults.slow(_SLOW),
    discord_faults.slow(_SLOW).after_effect(),
    discord_faults.status(500),
    discord_faults.status(502).after_effect(),
    discord_faults.status(503),
    discord_faults.status(503).after_effect(),
    discord_faults.rate_limit(0.2),
)
# Longer than discord.py sits out itself (30 s), for all that the bot sends; rare, as it is long.
_LONG_LIMIT, _LIMITED = discord_faults.rate_limit(35.0, is_global=True), 0.001
# Some tasks list their results one by one, so that the second comes after the first was posted (after 1.2 s
# here), of others the second ends late, some are sick and answer 500 for a while, and some files are not
# everywhere at once: what comes to tasks and files rather than to calls.
_LATER: Sequence[tuple[Fault, str]] = (
    (polls.Grows(1.8, one_in=5), "suno.task"),
    (polls.Straggles(1, 3.0, one_in=4), "suno.task"),
    (polls.Sick(4.0, one_in=10), "suno.task"),
    (files.LateFile(1.5, one_in=5), "file.*"),
)
# One poll in a hundred hears that the task failed: bad news of the API's own.
_TASK_FAILS = 0.01


@dataclass(frozen=True, slots=True)
class Struck:
    """How many calls came, and how many of them were struck."""

    calls: int
    struck: int

    def __str__(self) -> str:
        return f"{self.calls:,} calls, {self.struck:,} struck ({self.struck / max(self.calls, 1):.1%})"


class Storm:
    """The faults on both sides, while they last."""

    def __init__(self, discord_: FakeDiscord, api: FaultyMusicApi, *, chances: tuple[float, float]) -> None:
        self._discord = discord_
        self._api = api
        each, each_on_discord = _each(chances[0], len(_API)), _each(chances[1], len(_DISCORD))
        self._on_api = [api.faults.add(fault, times=None, chance=each) for fault in _API]
        self._on_discord = [
            discord_.faults.add("*", fault, times=None, probability=each_on_discord) for fault in _DISCORD
        ]
        limited = _LIMITED if chances[1] else 0.0
        self._long_limits = discord_.faults.add("*", _LONG_LIMIT, times=None, probability=limited)
        for fault, on in _LATER if chances[0] else ():
            api.faults.add(fault, on, times=None)
        api.faults.add(polls.TaskFails(), "suno.task", times=None, chance=_TASK_FAILS)

    @property
    def long_limits(self) -> int:
        """How often Discord has refused everything for long."""
        return self._long_limits.hits

    def end(self) -> tuple[Struck, Struck]:
        """Switch everything off; what came to the API and to Discord until now."""
        api = Struck(len(self._api.requests), sum(rule.hits for rule in self._on_api))
        discord_ = Struck(self._discord.traffic.requests.total(), sum(rule.hits for rule in self._on_discord))
        self._discord.faults.clear()
        self._api.faults.clear()
        return api, discord_


def _each(chance: float, faults: int) -> float:
    """How likely one of several faults strikes, so that together they strike as likely as that."""
    return 1.0 - math.pow(1.0 - chance, 1.0 / faults)
