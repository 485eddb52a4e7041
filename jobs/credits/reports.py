"""What can be read about credits, where it takes more than one query: balances, drift, statements."""

from collections.abc import Sequence

from jobs.credits.accounts import Accounts
from jobs.models import (
    OWN_ACCOUNT,
    Balance,
    Drift,
    GuildSettings,
    OwnerReport,
    Statement,
)
from jobs.models.quota import Period, window
from jobs.ports import Clock
from jobs.store import Store
from jobs.store.queries import accounts, admission_facts, jobs, reports

_DAY_SECONDS = 24 * 3600.0
_PAGE = 500
MOST_STATEMENTS = 20_000
_BEYOND = 2**62


class CreditReports:
    """Questions about credits. Only `balance` waits for the API, a few seconds at most."""

    def __init__(self, store: Store, accounts: Accounts, clock: Clock) -> None:
        self._store = store
        self._accounts = accounts
        self._clock = clock

    def today(self, settings: GuildSettings) -> float:
        """When the present day of a server began."""
        return window(Period.DAY, settings.timezone, self._clock.now())[0]

    async def balance(self, guild_id: int) -> tuple[Balance | None, int]:
        """(the credits of the account that pays for a server, what of them is reserved).

        The last known balance where the API does not answer; None where there is none, or no account.
        """
        account = self._accounts.paying_for(guild_id)
        if account is None:
            return None, 0
        return await self._latest(account), await self._store.read(admission_facts.reserved, account)

    async def _latest(self, account: int) -> Balance | None:
        return await self._accounts.balance(account) or await self._accounts.known_balance(account)

    async def drifts(self, guild_id: int) -> Sequence[Drift]:
        """What no job explained on the account that pays for a server, newest first."""
        account = self._accounts.paying_for(guild_id)
        found = () if account is None else await self._store.read(accounts.drifts, account)
        return [await self._as_seen_from(guild_id, drift) for drift in found]

    async def _as_seen_from(self, guild_id: int, drift: Drift) -> Drift:
        """Servers may share an account, but the jobs of another one are its own business."""
        job = None if drift.job_id is None else await self._store.read(jobs.by_id, drift.job_id)
        theirs = job is not None and job.guild_id != guild_id
        return Drift(drift.credits, drift.at) if theirs else drift

    def days(self, settings: GuildSettings, count: int) -> Sequence[tuple[float, float]]:
        """The latest days of a server as (begin, end), the oldest first; the last one is today."""
        found: list[tuple[float, float]] = []
        at = self._clock.now()
        while len(found) < count:
            found.insert(0, window(Period.DAY, settings.timezone, at))
            at = found[0][0] - 1
        return found

    async def of_all(self, days: int) -> OwnerReport:
        """What the bot's own key paid for, over all servers. Waits for the API as `balance` does."""
        now = self._clock.now()
        return OwnerReport(
            by_server=tuple(await self._store.read(reports.by_server, since=now - days * _DAY_SECONDS)),
            today=await self._store.read(reports.spent_by_all, since=window(Period.DAY, "UTC", now)[0]),
            cap=self._accounts.policy.daily_cap,
            balance=await self._latest(OWN_ACCOUNT),
            reserved=await self._store.read(admission_facts.reserved, OWN_ACCOUNT),
            drifts=tuple(await self._store.read(accounts.drifts, OWN_ACCOUNT)),
        )

    async def statements(self, guild_id: int, *, since: float) -> Sequence[Statement]:
        """The latest jobs of a server with what each cost, newest first; read in pages, as others wait.

        Ends at `MOST_STATEMENTS`.
        """
        found: list[Statement] = []
        before = _BEYOND
        while len(found) < MOST_STATEMENTS:
            page = await self._store.read(
                reports.statements, guild_id, since=since, before=before, limit=_PAGE
            )
            found += page
            if len(page) < _PAGE:
                break
            before = page[-1].job_id
        return found
