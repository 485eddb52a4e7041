"""Faults on demand: which request suffers what, before or after it took effect."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from fnmatch import fnmatchcase
from typing import TypeAlias

from tests.fakes.discord.errors import DiscordError
from tests.fakes.discord.traffic import Exchange
from tests.fakes.discord.waiting import DEADLINE, Changes

Match: TypeAlias = str | Callable[[Exchange], bool]
"""A pattern over method and route or path (`POST /channels/*`), or a function of the exchange."""


class How(Enum):
    """What the client gets to see."""

    STATUS = auto()
    REFUSAL = auto()
    RATE_LIMIT = auto()
    RESET = auto()
    HANG = auto()
    SLOW = auto()
    HOLD = auto()


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail; `after`: once the request took effect. `seconds` is a delay or a `retry_after`."""

    how: How
    status: int = 0
    seconds: float = 0.0
    via: bool = True
    is_global: bool = False
    after: bool = False
    error: DiscordError | None = field(default=None, compare=False)
    gate: asyncio.Event = field(default_factory=asyncio.Event, compare=False)

    def after_effect(self) -> "Fault":
        """Return the same fault, but with the effect done before."""
        return replace(self, after=True)

    def release(self) -> None:
        """Let go of what `hold` holds."""
        self.gate.set()


def status(code: int) -> Fault:
    """Answer with a bare status, such as 500, 502 or 503."""
    return Fault(How.STATUS, code)


def refusal(status: int, code: int, message: str = "No") -> Fault:
    """Answer as Discord does, in JSON with a code of its own."""
    return Fault(How.REFUSAL, status, error=DiscordError(status, code, message))


def rate_limit(retry_after: float, *, via: bool = True, is_global: bool = False) -> Fault:
    """Answer 429; without `via` it is Cloudflare's, in plain text."""
    return Fault(How.RATE_LIMIT, 429, retry_after, via=via, is_global=is_global)


def reset() -> Fault:
    """Cut the connection with a TCP reset."""
    return Fault(How.RESET)


def hang() -> Fault:
    """Never answer, and keep the connection open."""
    return Fault(How.HANG)


def slow(seconds: float) -> Fault:
    """Take time: before the effect the request lands late, after it only the answer does."""
    return Fault(How.SLOW, seconds=seconds)


def hold() -> Fault:
    """Keep the request waiting until `release`; what happens meanwhile is then no matter of timing."""
    return Fault(How.HOLD)


@dataclass(slots=True, eq=False)
class Rule:
    """A fault that lies in wait; `hits` counts the requests that it struck."""

    match: Match
    fault: Fault
    changes: Changes
    left: int | None
    skip: int
    probability: float
    hits: int = 0

    def strike(self) -> None:
        """Count a request that is being struck, and let those who wait see the effect that it had."""
        self.hits += 1
        self.changes.announce()

    def stop(self) -> None:
        """Strike no more."""
        self.left = 0

    async def struck(self, *, times: int = 1, deadline: float = DEADLINE) -> None:
        """Wait until so many requests were struck; with `after` their effect is done by then."""
        await self.changes.until(
            lambda: self.hits >= times, f"request that suffers {self.fault}", deadline=deadline
        )


class Faults:
    """The rules in force; the earliest that fits a request strikes it."""

    def __init__(self, seed: int, changes: Changes) -> None:
        self._changes = changes
        self._random = random.Random(seed)  # noqa: S311 - repeatable faults, no secrets
        self._rules: list[Rule] = []

    def add(
        self,
        match: Match,
        fault: Fault,
        *,
        times: int | None = 1,
        skip: int = 0,
        probability: float = 1.0,
    ) -> Rule:
        """Let matching requests fail: after the first `skip`, with `probability`, `times` at most."""
        rule = Rule(match, fault, self._changes, times, skip, probability)
        self._rules.append(rule)
        return rule

    def clear(self) -> None:
        """End all faults, and let go of what is held."""
        for rule in self._rules:
            rule.stop()
            rule.fault.release()
        self._rules.clear()

    def take(self, exchange: Exchange) -> Rule | None:
        """Return the rule whose fault strikes this request, if any; it is to be told by `strike`."""
        for rule in self._rules:
            if rule.left == 0 or not _fits(rule.match, exchange):
                continue
            if rule.skip > 0:
                rule.skip -= 1
                continue
            if rule.probability < 1.0 and self._random.random() >= rule.probability:
                continue
            rule.left = None if rule.left is None else rule.left - 1
            return rule
        return None


def _fits(match: Match, exchange: Exchange) -> bool:
    if not isinstance(match, str):
        return match(exchange)
    concrete = f"{exchange.method} {exchange.path}"
    return fnmatchcase(exchange.key, match) or fnmatchcase(concrete, match)
