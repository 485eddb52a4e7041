"""Every call to the music API: with the key that pays, bounded in time, observed by the breakers."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from jobs.credits.keyring import Keyring
from jobs.models import OWN_ACCOUNT
from jobs.ports import Clock, MusicClient
from jobs.rules.api_errors import NoKey, reason_of
from jobs.rules.breaker import Breakers, Call, ProviderAccount
from jobs.secret import Secret
from musicapi import Credits, MusicApiError, NotSent, OutcomeUnknown, Params, Profile, Submission, TaskStatus

T = TypeVar("T")

# The client has limits of its own, half as long; this is for one that hangs all the same.
_CALL_SECONDS = 300.0


class Metrics:
    """What is counted for whoever runs the bot; `startup/metrics.py` serves it. This one counts nothing."""

    def called(self, call: str, provider: str, outcome: str) -> None:
        """A `submit` or `poll` was made.

        `outcome` is `answered`, `declined`, `turned_away`, `not_sent` or `lost`.
        """

    def took(self, step: str, late: float) -> None:
        """The engine took a job in hand, so many seconds after it was due."""

    def delivered(self, outcome: str) -> None:
        """A delivery ended: `results`, `news` (bad ones) or `nowhere` (there was nowhere to post)."""


class InstrumentedApi:
    """The music API for every account, one attempt a call. Raises `MusicApiError`, as the client does.

    Without a key every call raises `NoKey`, or `KeyGone` where it was removed.

    Args:
        client: With the bot's own key. Every other key uses its connections, for one call at a time.
    """

    def __init__(
        self,
        client: MusicClient,
        catalogue: Profile,
        keyring: Keyring,
        breakers: Breakers,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self._client = client
        self._catalogue = catalogue
        self._keyring = keyring
        self._breakers = breakers
        self._metrics = metrics
        self._clock = clock
        self.limit = _CALL_SECONDS

    async def submit(self, operation: str, params: Params, account: int) -> Submission:
        """Start the work. Costs credits: never to be repeated where `may_have_happened`."""
        at = (self._catalogue.terms(operation).provider, account)
        return await self._observed(
            "submit", at, lambda client: self._bounded(client.submit(operation, params), OutcomeUnknown)
        )

    async def poll(self, provider: str, task_id: str, account: int) -> TaskStatus:
        """How a task is doing. The engine bounds a poll as a whole."""
        at = (provider, account)
        return await self._observed("poll", at, lambda client: client.poll(provider, task_id))

    async def credits(self, account: int) -> Credits:
        """The balance of an account."""
        return await self._at(account).credits()

    async def try_key(self, key: Secret) -> Credits:
        """The balance behind a key that is not kept yet."""
        return await self._bounded(self._client.keyed(key.reveal()).credits(), NotSent)

    def _at(self, account: int) -> MusicClient:
        if account == OWN_ACCOUNT:
            return self._client
        return self._client.keyed(self._keyring.key_of(account).reveal())

    async def _observed(
        self, call: Call, at: ProviderAccount, ask: Callable[[MusicClient], Coroutine[Any, Any, T]]
    ) -> T:
        """Ask with the account's key. An error of ours says nothing about the provider."""
        (provider, account), breaker = at, self._breakers.at(*at)
        try:
            result = await ask(self._at(account))
        except NoKey:  # no call was made
            raise
        except MusicApiError as error:
            if reason_of(error) is None:
                breaker.bad(call, self._clock.now())
                lost = call == "submit" and error.may_have_happened
                self._metrics.called(call, provider, "lost" if lost else "not_sent")
            elif call == "poll" and not error.ends_task:  # neither struggling nor proven to be well
                self._metrics.called(call, provider, "turned_away")
            else:
                breaker.good(call, self._clock.now())
                self._metrics.called(call, provider, "declined")
            raise
        breaker.good(call, self._clock.now())
        self._metrics.called(call, provider, "answered")
        return result

    async def _bounded(self, answer: Coroutine[Any, Any, T], too_late: type[MusicApiError]) -> T:
        """Await an answer for so long; `too_late` is what no answer at all means."""
        try:
            async with asyncio.timeout(self.limit):
                return await answer
        except TimeoutError:
            raise too_late(f"no answer in {self.limit:g} s") from None
