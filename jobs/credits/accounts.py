"""The balance of each account: who pays for a server, what is left, whether a call was charged."""

import asyncio
import logging
from collections.abc import Callable

from jobs.credits.instrumented import InstrumentedApi
from jobs.credits.keyring import Keyring
from jobs.models import OWN_ACCOUNT, Alert, Balance, Job, OwnerPolicy
from jobs.ports import Clock
from jobs.rules.charge_inference import Verdict, infer_charge
from jobs.rules.quote import Payer
from jobs.store import Store
from jobs.store.queries import accounts, alerts, rivals
from musicapi import MusicApiError

log = logging.getLogger(__name__)

# A balance is a help, not a condition: it must not hold up what it helps.
_BALANCE_SECONDS = 5.0


class Accounts:
    """Balances, as the API tells them and as they were last known.

    Attributes:
        keyring: The keys that servers gave.
        policy: What whoever runs the bot has chosen for all servers.
    """

    def __init__(
        self,
        store: Store,
        api: InstrumentedApi,
        clock: Clock,
        *,
        keyring: Keyring,
        policy: OwnerPolicy,
        send_alert: Callable[[Alert], None],
    ) -> None:
        self.keyring = keyring
        self.policy = policy
        self._store = store
        self._api = api
        self._clock = clock
        self._send_alert = send_alert
        self._balances: dict[int, Balance] = {}

    def paying_for(self, guild_id: int) -> int | None:
        """Whose key pays for a server: its own, else the bot's where it may use that, else None."""
        account, lent_to = self.keyring.account_of(guild_id), self.policy.own_key_for
        if account is not None:
            return account
        return OWN_ACCOUNT if lent_to is None or guild_id in lent_to else None

    def payer(self, guild_id: int) -> Payer:
        """Who would pay for an order of a server, and under which rules."""
        account, policy = self.paying_for(guild_id), self.policy
        readable = account is None or self.keyring.readable(account)
        return Payer(account, readable, policy.balance_required, policy.daily_cap)

    def last_balance(self, account: int | None = OWN_ACCOUNT) -> Balance | None:
        """The last balance of an account that this process has read."""
        return None if account is None else self._balances.get(account)

    async def known_balance(self, account: int) -> Balance | None:
        """The last balance that was read, by this process or one before it. Does not wait for the API."""
        return self._balances.get(account) or await self._store.read(accounts.last_known, account)

    async def balance(self, account: int) -> Balance | None:
        """The balance now, or None where the API does not say so quickly. The ledger is held against it."""
        asked_at = self._clock.now()
        try:
            async with asyncio.timeout(_BALANCE_SECONDS):
                answer = await self._api.credits(account)
        except (MusicApiError, TimeoutError):
            return None
        found = Balance(answer.total, answer.extra_credits, asked_at)
        self._balances[account] = found
        try:
            drift = await self._store.write(accounts.reconcile, account, found, now=self._clock.now())
        except Exception:
            log.exception("the balance could not be held against the ledger")
        else:
            if drift is not None:
                log.warning("account %s: no job explains %+d credits", account, drift.credits)
            await self._alert(account, found)
        return found

    async def _alert(self, account: int, found: Balance) -> None:
        """Hand on the alerts that a balance calls for; they are noted before, so each is posted once."""
        try:
            called_for = await self._store.write(alerts.crossed, found, self._payer(account))
        except Exception:
            log.exception("whether the balance is low could not be noted")
            return
        for alert in called_for:
            self._send_alert(alert)

    async def watch(self, job: Job) -> None:
        """A job was charged: where that may call for an alert, the balance is read at once, not next time."""
        known = self._balances.get(job.account) if job.price else None
        if known is None:
            return
        try:
            low = await self._store.read(alerts.would_cross, job.account, known, self._payer(job.account))
        except Exception:
            log.exception("whether the balance is low could not be seen")
            return
        if low:
            await self.balance(job.account)

    def _payer(self, account: int) -> Callable[[int], bool]:
        """Whether an account pays for a server."""
        return lambda guild_id: self.paying_for(guild_id) == account

    async def charged(self, job: Job) -> Verdict:
        """What the balance says about a job's charge.

        `NOT_CHARGED` for a job that the API had taken means that its credits are back.
        """
        return await self.verdict(job, await self.balance(job.account) if job.price else None)

    async def verdict(self, job: Job, balance: Balance | None) -> Verdict:
        """What a balance says about a job's charge, now."""
        if balance is None or job.balance_before is None or job.submit_at is None:
            return Verdict.OPEN
        charges, refunds = await self._store.read(rivals.of_job, job)
        return infer_charge(
            job.balance_before, balance.total, price=job.price, charges=charges, refunds=refunds
        )
