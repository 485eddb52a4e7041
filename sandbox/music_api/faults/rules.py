"""When a fault strikes: which requests, how often, how likely."""

import abc
import enum
import random
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import ClassVar

from aiohttp import web

from sandbox.music_api.calls import Call


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
        fault: What happens.
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
        """Whether the request is one that this rule is about."""
        if self.fault.phase is not phase or (self.times is not None and self.hits >= self.times):
            return False
        if not (fnmatchcase(call.operation, self.on) or fnmatchcase(call.request.path, self.on)):
            return False
        return reply is None or self.fault.applies(reply)


class Faults:
    """All faults that are switched on. Without any, the stand-in never misbehaves."""

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
        """Switch everything off."""
        self.rules.clear()

    async def strike(
        self, call: Call, phase: Phase, reply: web.Response | None = None
    ) -> web.StreamResponse | None:
        """Let every fault act whose turn it is, in the order in which they were switched on.

        Returns:
            The answer to give, which is `reply` if nothing struck.
        """
        for rule in tuple(self.rules):
            if not rule.concerns(call, phase, reply) or not self._turn(rule):
                continue
            call.hit = rule.hits
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
