"""When a fault strikes: which requests, how often, how likely."""

import abc
import enum
import random
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import ClassVar

from aiohttp import web

from sandbox.music_api import Call, FakeMusicApi, Work


class Phase(enum.Enum):
    """How far a request has come when a fault acts on it."""

    ARRIVAL = "arrival"
    """Its head is known, its body has not been read."""
    BEFORE = "before"
    """It has been read, nothing has been done."""
    AFTER = "after"
    """It has been carried out (and charged), the answer has not left."""


class Fault(abc.ABC):
    """One way in which the API, its network or its files misbehave."""

    phase: ClassVar[Phase] = Phase.BEFORE

    def applies(self, reply: web.Response) -> bool:
        """Whether the answer is one that this fault can spoil; asked only after the effect."""
        return reply.status < HTTPStatus.BAD_REQUEST

    @abc.abstractmethod
    async def act(self, call: Call, reply: web.Response | None) -> web.StreamResponse | None:
        """Strike; `reply` is the answer that would leave, None before the effect.

        Returns:
            The answer to give instead, None to go on as if nothing had happened.

        Raises:
            ApiError: To answer with this refusal.
        """


@dataclass(slots=True)
class Rule:
    """A fault that is switched on.

    Attributes:
        on: A pattern for the operation (`suno.*`, `file.mp3`) or for the path (`*/task/5f0c…`).
        times: How often it happens, None for always.
        chance: How likely it happens to a request that matches.
        skip: How many matching requests are spared first.
        hits: How often it has happened.
    """

    fault: Fault
    on: str
    times: int | None
    chance: float
    skip: int
    hits: int = 0

    def concerns(self, call: Call, phase: Phase, reply: web.Response | None) -> bool:
        if self.fault.phase is not phase or (self.times is not None and self.hits >= self.times):
            return False
        if not (fnmatchcase(call.operation, self.on) or fnmatchcase(call.request.path, self.on)):
            return False
        return reply is None or self.fault.applies(reply)


class Faults:
    """All faults that are switched on, in the order in which they strike."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.rules: list[Rule] = []

    def add(
        self, fault: Fault, on: str = "*", *, times: int | None = 1, chance: float = 1.0, skip: int = 0
    ) -> Rule:
        """Switch a fault on; see `Rule` for the arguments."""
        rule = Rule(fault, on, times, chance, skip)
        self.rules.append(rule)
        return rule

    def clear(self) -> None:
        self.rules.clear()

    async def hook(self, call: Call, work: Work) -> web.StreamResponse:
        """What stands before every request of the fake API."""
        cut = await self._strike(call, Phase.ARRIVAL)
        if cut is not None:
            call.note()
            return cut
        await call.read()
        early = await self._strike(call, Phase.BEFORE)
        if early is not None:
            return early
        reply = await work(call)
        late = await self._strike(call, Phase.AFTER, reply) if isinstance(reply, web.Response) else None
        return reply if late is None else late

    async def _strike(
        self, call: Call, phase: Phase, reply: web.Response | None = None
    ) -> web.StreamResponse | None:
        for rule in tuple(self.rules):
            if not rule.concerns(call, phase, reply) or not self._turn(rule):
                continue
            rule.hits += 1
            answer = await rule.fault.act(call, reply)
            if answer is not None and (reply is None or not isinstance(answer, web.Response)):
                return answer
            if isinstance(answer, web.Response):
                reply = answer
        return reply

    def _turn(self, rule: Rule) -> bool:
        if rule.skip > 0:
            rule.skip -= 1
            return False
        return rule.chance >= 1 or self._chance.random() < rule.chance


class FaultyMusicApi(FakeMusicApi):
    """The fake API with faults that can be switched on; without any, it never misbehaves."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.faults = Faults(random.Random(self.seed))  # noqa: S311 - a test's dice
        self.hook = self.faults.hook
