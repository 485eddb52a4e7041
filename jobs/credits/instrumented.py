"""Every call to the music API: bounded in time, its outcome noted for the weather and the meter."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from jobs.credits.meter import Metrics
from jobs.models import Balance, Found, Params, Started
from jobs.models.secret import Secret
from jobs.ports import (
    AnswerLost,
    Catalogue,
    Clock,
    Declined,
    MusicApi,
    NoKey,
    NothingSent,
    PortError,
    TurnedAway,
)
from jobs.rules.breaker import Breakers, Call

T = TypeVar("T")

# The client has limits of its own, half as long; this is for one that hangs all the same.
_CALL_SECONDS = 300.0


class InstrumentedApi:
    """Satisfies `ports.MusicApi` with another one."""

    def __init__(
        self, api: MusicApi, catalogue: Catalogue, breakers: Breakers, metrics: Metrics, clock: Clock
    ) -> None:
        self._api = api
        self._catalogue = catalogue
        self._weather = breakers
        self._metrics = metrics
        self._clock = clock
        self.limit = _CALL_SECONDS

    async def submit(self, operation: str, params: Params, account: int) -> Started:
        """Start the work; see the port."""
        at = (self._catalogue.terms(operation).provider, account)
        answer = self._bounded(self._api.submit(operation, params, account), AnswerLost)
        return await self._observed("submit", at, answer)

    async def poll(self, provider: str, task_id: str, account: int) -> Found:
        """How it is doing; see the port. The engine bounds a poll as a whole."""
        return await self._observed("poll", (provider, account), self._api.poll(provider, task_id, account))

    async def balance(self, account: int) -> Balance:
        """The account's credits; see the port."""
        return await self._api.balance(account)

    async def try_key(self, key: Secret) -> Balance:
        """The credits behind a key; see the port."""
        return await self._bounded(self._api.try_key(key), NothingSent)

    async def fetch(self, url: str, into: Path, *, max_bytes: int, image: bool = False) -> Path:
        """A file to disk; see the port."""
        return await self._api.fetch(url, into, max_bytes=max_bytes, image=image)

    async def _observed(self, call: Call, at: tuple[str, int], answer: Coroutine[Any, Any, T]) -> T:
        """Await an answer. An error of ours says nothing about the weather."""
        provider, breaker = at[0], self._weather.at(*at)
        try:
            result = await answer
        except NoKey:  # no call was made
            raise
        except Declined:
            breaker.good(call, self._clock.now())
            self._metrics.called(call, provider, "declined")
            raise
        except TurnedAway:  # it is neither struggling nor proven to be well
            self._metrics.called(call, provider, "turned_away")
            raise
        except PortError as error:
            breaker.bad(call, self._clock.now())
            self._metrics.called(call, provider, "lost" if isinstance(error, AnswerLost) else "not_sent")
            raise
        breaker.good(call, self._clock.now())
        self._metrics.called(call, provider, "answered")
        return result

    async def _bounded(self, answer: Coroutine[Any, Any, T], too_late: type[PortError]) -> T:
        """Await an answer for so long; `too_late` is what no answer at all means."""
        try:
            async with asyncio.timeout(self.limit):
                return await answer
        except TimeoutError:
            raise too_late(f"no answer in {self.limit:g} s") from None
