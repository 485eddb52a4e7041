"""Calls to the music API: with the key that pays and a time limit; outcomes feed breakers and metrics."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from jobs.credits.keyring import Keyring
from jobs.credits.pace import Pace
from jobs.models import OWN_ACCOUNT
from jobs.ports import Clock, MusicClient
from jobs.rules.api_errors import HeldUp, NoKey, reason_of
from jobs.rules.breaker import Breakers, Call, ProviderAccount
from jobs.rules.schedule import LONGEST_WAIT
from jobs.secret import Secret
from musicapi import (
    Credits,
    MusicApiError,
    NotSent,
    OutcomeUnknown,
    Params,
    Profile,
    RateLimited,
    Submission,
    TaskStatus,
    Webhook,
)

T = TypeVar("T")

# The client's own limits are half as long; this is for a call that hangs nevertheless.
_CALL_SECONDS = 300.0


class Metrics:
    """Counters that count nothing; `startup/metrics.py` has the real ones."""

    def called(self, call: str, provider: str, outcome: str) -> None:
        """Count a call as `answered`, `declined`, `turned_away`, `not_sent` or `lost`."""

    def took(self, step: str, late: float) -> None:
        """Count a step that began `late` seconds after it was due."""

    def called_back(self, verdict: str) -> None:
        """Count a request to the public door."""

    def interacted(self, transport: str, outcome: str) -> None:
        """Count an interaction that came by `gateway` or `http`, and what became of it."""

    def delivered(self, outcome: str) -> None:
        """Count a delivery of `results`, bad `news`, or to `nowhere`."""

    def pruned(self, rows: int) -> None:
        """Count old rows that were removed."""


@dataclass(eq=False, repr=False)
class InstrumentedApi:
    """The music API for every account, one attempt a call. Raises `MusicApiError`, as the client does.

    Without a key every call raises `NoKey`, or `KeyGone` if it was removed. `client` has the bot's own key;
    other keys share its connections.
    """

    client: MusicClient
    catalogue: Profile
    keyring: Keyring
    breakers: Breakers
    metrics: Metrics
    clock: Clock
    pace: Pace
    limit: float = _CALL_SECONDS

    async def submit(
        self,
        operation: str,
        params: Params,
        account: int,
        *,
        user_id: int = 0,
        webhook: Webhook | None = None,
        last_check: Callable[[], None] = lambda: None,
    ) -> Submission:
        """Start a task. Costs credits: never repeat it if `may_have_happened`.

        What `last_check` raises right before it is sent says nothing of the provider.
        """
        at = (self.catalogue.terms(operation).provider, account)
        self.pace.sent(account)
        try:
            return await self._observed(
                "submit",
                at,
                lambda client: self._bounded(
                    client.submit(operation, params, webhook, last_check), OutcomeUnknown
                ),
                about=user_id,
            )
        except RateLimited as error:
            self.pace.put_off(account, min(error.retry_after or 0.0, LONGEST_WAIT))
            raise

    async def poll(self, provider: str, task_id: str, account: int) -> TaskStatus:
        """Poll a task. The engine bounds a poll as a whole."""
        return await self._observed(
            "poll", (provider, account), lambda client: client.poll(provider, task_id), about=task_id
        )

    async def credits(self, account: int) -> Credits:
        return await self._at(account).credits()

    async def try_key(self, key: Secret) -> Credits:
        """Read the balance of a key that is not kept yet."""
        return await self._bounded(self.client.keyed(key.reveal()).credits(), NotSent)

    def _at(self, account: int) -> MusicClient:
        if account == OWN_ACCOUNT:
            return self.client
        return self.client.keyed(self.keyring.key_of(account).reveal())

    async def _observed(
        self,
        call: Call,
        at: ProviderAccount,
        ask: Callable[[MusicClient], Coroutine[Any, Any, T]],
        *,
        about: int | str,
    ) -> T:
        """Call with the account's key, about a task or for a member. A bug here is not the provider's."""
        (provider, account), breaker = at, self.breakers.at(*at)
        try:
            result = await ask(self._at(account))
        except NoKey:  # no call was made
            raise
        except HeldUp:
            breaker.unused(self.clock.now())
            raise
        except MusicApiError as error:
            if reason_of(error) is None:
                # Whoever makes no connection, or allows no more calls, does so to everybody.
                everybody = isinstance(error, NotSent | RateLimited)
                breaker.bad(call, self.clock.now(), None if everybody else about)
                lost = call == "submit" and error.may_have_happened
                self.metrics.called(call, provider, "lost" if lost else "not_sent")
            elif call == "poll" and not error.ends_task:  # neither struggling nor proven to be well
                self.metrics.called(call, provider, "turned_away")
            else:
                breaker.good(call, self.clock.now())
                self.metrics.called(call, provider, "declined")
            raise
        breaker.good(call, self.clock.now())
        self.metrics.called(call, provider, "answered")
        return result

    async def _bounded(self, answer: Coroutine[Any, Any, T], too_late: type[MusicApiError]) -> T:
        """Await an answer up to the limit; raise `too_late` if there is none."""
        try:
            async with asyncio.timeout(self.limit):
                return await answer
        except TimeoutError:
            raise too_late(f"no answer in {self.limit:g} s") from None
