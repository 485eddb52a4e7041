"""What every step of a job works with, and the few acts that several steps share."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from jobs.credits.instrumented import InstrumentedApi
from jobs.credits.keyring import Keyring
from jobs.credits.meter import Metrics
from jobs.models import OWN_ACCOUNT, Alert, Balance, Job, Order, OwnerPolicy, Reason
from jobs.models.states import JobState
from jobs.ports import Catalogue, Clock, MusicApi, Outbox, PortError
from jobs.rules.breaker import Breakers
from jobs.rules.charge_inference import Verdict, infer_charge
from jobs.rules.schedule import Schedule
from jobs.store import Store

log = logging.getLogger(__name__)

# A balance is a help, not a condition: it must not hold up what it helps.
_BALANCE_SECONDS = 5.0
# Even where waits are scaled to nothing, an error of ours must not fill the log.
_SHORTEST_REST = 0.5
# An API that has retired something is asked again after a day.
_ASK_AGAIN = 24 * 3600.0


@dataclass(slots=True)
class JobContext:
    """The tools of the engine.

    Attributes:
        spool: A folder for files on their way from the API to Discord.
        send_alert: Posts that a balance is low; must not wait.
        keyring: The keys that servers gave.
        house: What the one who runs the bot has chosen for all servers.
        api: As it was given, with its calls observed.
        doubts: How often in a row what the API said of a job's task was doubted (see `looking`).
        downloads: Bounds how many files are fetched at once.
        gone: Servers that have removed the bot: nothing is begun for them, and nobody there can decide.
        started_at: When the process began to work.
        last_pass_at: When the engine last passed over the store; None before the first time.
    """

    store: Store
    api: MusicApi
    outbox: Outbox
    catalogue: Catalogue
    schedule: Schedule
    clock: Clock
    spool: Path
    owner_policy: OwnerPolicy = field(default_factory=OwnerPolicy)
    send_alert: Callable[[Alert], None] = lambda _alert: None
    downloads: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(8))
    doubts: Counter[int] = field(default_factory=Counter)
    metrics: Metrics = field(default_factory=Metrics)
    keyring: Keyring = field(default_factory=Keyring)
    last_pass_at: float | None = None
    gone: set[int] = field(default_factory=set)
    started_at: float = field(init=False)
    breakers: Breakers = field(init=False)
    _durations: dict[str, list[float]] = field(default_factory=dict)
    _balances: dict[int, Balance] = field(default_factory=dict)
    _retired: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.started_at = self.clock.now()
        self.breakers = Breakers(self.schedule)
        self.api = InstrumentedApi(self.api, self.catalogue, self.breakers, self.metrics, self.clock)

    def last_balance(self, account: int | None = OWN_ACCOUNT) -> Balance | None:
        """The last balance of an account that this process has read."""
        return None if account is None else self._balances.get(account)

    def account_of(self, guild_id: int) -> int | None:
        """Whose key pays for a server: its own, else the bot's where it may use that, else None."""
        account, lent_to = self.keyring.account_of(guild_id), self.owner_policy.own_key_for
        if account is not None:
            return account
        return OWN_ACCOUNT if lent_to is None or guild_id in lent_to else None

    async def read_keys(self) -> None:
        """Take over the keys that the store holds: at start, and when they have changed."""
        self.keyring.fill(*await self.store.keys())

    async def durations(self, operation: str) -> list[float]:
        """How long the latest jobs of this kind took, in seconds; read once, until another one ends."""
        if operation not in self._durations:
            self._durations[operation] = await self.store.durations(operation)
        return self._durations[operation]

    def forget_durations(self, operation: str) -> None:
        """A job of this kind has ended."""
        self._durations.pop(operation, None)

    async def balance(self, account: int) -> Balance | None:
        """The balance now, or None where the API does not say so quickly. The ledger is held against it."""
        asked_at = self.clock.now()
        try:
            async with asyncio.timeout(_BALANCE_SECONDS):
                found = replace(await self.api.balance(account), at=asked_at)
        except (PortError, TimeoutError):
            return None
        self._balances[account] = found
        try:
            drift = await self.store.reconcile(account, found, now=self.clock.now())
        except Exception:
            log.exception("the balance could not be held against the ledger")
        else:
            if drift is not None:
                log.warning("account %s: no job explains %+d credits", account, drift.credits)
            await self._alert(account, found)
        return found

    async def _alert(self, account: int, found: Balance) -> None:
        """Hand on the alerts that a balance calls for; they are noted before, so each is told once."""
        try:
            alerts = await self.store.alerts(found, self._payer(account))
        except Exception:
            log.exception("whether the balance is low could not be noted")
            return
        for alert in alerts:
            self.send_alert(alert)

    async def watch_balance(self, job: Job) -> None:
        """A job was charged: where that may call for an alert, the balance is read at once, not next time."""
        known = self._balances.get(job.account) if job.price else None
        if known is None:
            return
        try:
            low = await self.store.would_alert(job.account, known, self._payer(job.account))
        except Exception:
            log.exception("whether the balance is low could not be seen")
            return
        if low:
            await self.balance(job.account)

    def _payer(self, account: int) -> Callable[[int], bool]:
        """Whether an account pays for a server."""
        return lambda guild_id: self.account_of(guild_id) == account

    async def known_balance(self, account: int) -> Balance | None:
        """The last balance that was read, by this process or one before it. Does not wait for the API."""
        if account not in self._balances:
            found = await self.store.known_balance(account)
            if found is not None:
                self._balances.setdefault(account, found)
        return self._balances.get(account)

    async def charged(self, job: Job) -> Verdict:
        """What the balance says about a job's charge.

        `NOT_CHARGED` for a job that the API had taken means that its credits are back.
        """
        return await self.verdict(job, await self.balance(job.account) if job.price else None)

    async def verdict(self, job: Job, balance: Balance | None) -> Verdict:
        """What a balance says about a job's charge, now."""
        if balance is None or job.balance_before is None or job.submit_at is None:
            return Verdict.OPEN
        charges, refunds = await self.store.rivals(job)
        return infer_charge(
            job.balance_before, balance.total, price=job.price, charges=charges, refunds=refunds
        )

    async def remember_retired(self, job: Job) -> None:
        """The API no longer offers what this job asked for, so nobody else need spend a try on it."""
        key, said_at = self._retired_key(job, job.account), str(self.clock.now())
        self._retired[key] = said_at
        await self.store.write_note(key, said_at)

    async def retired_until(self, order: Order, guild_id: int) -> float | None:
        """Until when an operation counts as retired since the API last said so; None where it does not."""
        key = self._retired_key(order, self.account_of(guild_id))
        if key not in self._retired:  # asked for every order, so read once
            self._retired[key] = await self.store.note(key)
        said_at = self._retired[key]
        until = float(said_at) + self.schedule.wait(_ASK_AGAIN) if said_at else 0.0
        return until if until > self.clock.now() else None

    def _retired_key(self, asked: Job | Order, account: int | None) -> str:
        """Retired is an operation with a model for an account: others may still be offered it."""
        models = self.catalogue.models(self.catalogue.terms(asked.operation).provider)
        default = models[0][1] if models else ""
        return f"retired:{account}:{asked.operation}:{asked.params.get('model') or default}"

    async def fail(self, job: Job, reason: Reason, text: str = "", *, sent: bool = True) -> None:
        """End a job badly; the channel will be told. `sent` says whether it may have cost anything."""
        now = self.clock.now()
        if reason is Reason.RETIRED:
            await self.remember_retired(job)
        # A task that is looked at again may fail again; its credits come back once.
        back = sent and job.price and not job.refunded and await self.charged(job) is Verdict.NOT_CHARGED
        log.info("job %s failed: %s", job.id, reason.value)
        await self.store.move(
            job,
            JobState.FAILED,
            now=now,
            book=["refunded"] if back else [] if sent else ["released"],
            due_at=now,
            reason=reason,
            reason_text=text,
            refunded=job.refunded or bool(back),
            finished_at=now,
        )

    async def give_up(self, job_id: int) -> None:
        """End a job that only brings errors of ours, as far as its state allows; the channel is told.

        Where the errors were in delivery itself, news of it is one more round, tried like any other.
        """
        job = await self.store.job(job_id)
        if job is None:
            return
        if job.state in (JobState.ACCEPTED, JobState.WAITING):
            await self.fail(job, Reason.INTERNAL, sent=job.state is JobState.WAITING)
        elif job.state in (JobState.READY, JobState.POSTING):
            now = self.clock.now()
            await self.store.move(
                job, JobState.UNDELIVERABLE, now=now, due_at=now, reason=Reason.INTERNAL, round=job.round + 1
            )
        elif job.state is JobState.UNKNOWN:
            now = self.clock.now()
            await self.store.move(
                job, JobState.HELD, now=now, due_at=now, reason=Reason.LOST_BALANCE, outcome_at=now
            )
        else:
            await self.store.touch(job, due_at=None)

    async def retry_until_written(self, job: Job, write: Callable[[], Awaitable[bool]]) -> None:
        """Write what must not be lost, as often as it takes: a paid task id lives only in memory before."""
        tries = 0
        while True:
            try:
                await write()
            except Exception:
                log.exception("job %s: what the API answered could not be noted yet; trying again", job.id)
                await asyncio.sleep(max(self.schedule.after_failure(min(tries, 3)), _SHORTEST_REST))
                tries += 1
            else:
                return
