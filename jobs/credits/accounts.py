"""The balance of each account: who pays for a server, what is left, and what that tells about its calls."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from jobs.credits.instrumented import InstrumentedApi
from jobs.credits.keyring import Keyring
from jobs.models import OWN_ACCOUNT, Alert, Balance, Job, OwnerPolicy
from jobs.ports import Clock
from jobs.rules.quote import Payer
from jobs.rules.schedule import Schedule
from jobs.store import Store
from jobs.store.queries import accounts, alerts
from musicapi import MusicApiError

log = logging.getLogger(__name__)

# A balance only helps: waiting for it must not hold up an order.
_BALANCE_SECONDS = 5.0


@dataclass(eq=False, repr=False)
class Accounts:
    """Balances, as the API gives them and as they were last known.

    Attributes:
        news: Called when a balance has told something new of a job.
    """

    store: Store
    api: InstrumentedApi
    clock: Clock
    keyring: Keyring
    policy: OwnerPolicy
    send_alert: Callable[[Alert], None]
    schedule: Schedule
    news: Callable[[], None] = lambda: None
    _balances: dict[int, Balance] = field(default_factory=dict)

    def paying_for(self, guild_id: int) -> int | None:
        """Whose key pays for a server: its own, else the bot's if it may use that, else None."""
        account, lent_to = self.keyring.account_of(guild_id), self.policy.own_key_for
        if account is not None:
            return account
        return OWN_ACCOUNT if lent_to is None or guild_id in lent_to else None

    def account_of(self, guild_id: int) -> int:
        """Whose process works for a server beside its jobs: that of who pays, where its songs are made."""
        return self.paying_for(guild_id) or OWN_ACCOUNT

    def payer(self, guild_id: int) -> Payer:
        """Who would pay for an order of a server, and under which rules."""
        account, policy = self.paying_for(guild_id), self.policy
        readable = account is None or self.keyring.readable(account)
        return Payer(account, readable, policy.balance_required, policy.daily_cap)

    def last_balance(self, account: int | None = OWN_ACCOUNT) -> Balance | None:
        """The last balance that this process has read."""
        return None if account is None else self._balances.get(account)

    async def known_balance(self, account: int) -> Balance | None:
        """The last balance that this process or an earlier one read. Does not wait for the API."""
        return self._balances.get(account) or await self.store.read(accounts.last_known, account)

    async def balance(self, account: int) -> Balance | None:
        """Read the balance and explain it by the calls; None if the API does not answer soon."""
        asked_at = self.clock.now()
        try:
            async with asyncio.timeout(_BALANCE_SECONDS):
                answer = await self.api.credits(account)
        except (MusicApiError, TimeoutError):
            return None
        found = Balance(answer.total, answer.extra_credits, asked_at)
        self._balances[account] = found
        try:
            reckoned = await self.store.write(
                accounts.reconcile, account, found, now=self.clock.now(), schedule=self.schedule
            )
        except Exception:
            log.exception("the balance could not be reconciled with the calls")
        else:
            if reckoned.drift:
                log.warning("account %s: the drift has changed by %+d credits", account, reckoned.drift)
            if reckoned.news:
                self.news()
            await self._alert(account, found)
        return found

    async def _alert(self, account: int, found: Balance) -> None:
        """Send the alerts that a balance calls for; they are noted first, so each is posted once."""
        try:
            called_for = await self.store.write(alerts.crossed, account, found, self._payer(account))
        except Exception:
            log.exception("a low balance could not be noted")
            return
        for alert in called_for:
            self.send_alert(alert)

    async def watch(self, job: Job) -> None:
        """After a charge, read the balance at once if an alert may be due."""
        known = self._balances.get(job.account) if job.price else None
        if known is None:
            return
        try:
            low = await self.store.read(alerts.would_cross, job.account, known, self._payer(job.account))
        except Exception:
            log.exception("a low balance could not be checked")
            return
        if low:
            await self.balance(job.account)

    def _payer(self, account: int) -> Callable[[int], bool]:
        """Whether an account pays for a server."""
        return lambda guild_id: self.paying_for(guild_id) == account
