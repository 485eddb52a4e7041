"""Reports about credits that take more than one query: balances, drift, statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from jobs.credits.accounts import Accounts
from jobs.models import OWN_ACCOUNT, Balance, Drift, GuildSettings, OwnerReport, Statement
from jobs.models.quota import Period, window
from jobs.ports import Clock
from jobs.store import Store
from jobs.store.queries import accounts, admission_facts, jobs, reports

_DAY_SECONDS = 24 * 3600.0
_PAGE = 500
MOST_STATEMENTS = 20_000
_BEYOND = 2**62


@dataclass(eq=False, repr=False)
class CreditReports:
    """Only the balance waits for the API, a few seconds at most."""

    _store: Store
    _accounts: Accounts
    _clock: Clock

    def today(self, settings: GuildSettings) -> float:
        """When a server's current day began."""
        return window(Period.DAY, settings.timezone, self._clock.now())[0]

    async def balance(self, guild_id: int) -> tuple[Balance | None, int]:
        """(balance, reserved credits) of the account that pays for a server.

        Falls back to the last known balance; None if there is none, or no account.
        """
        account = self._accounts.paying_for(guild_id)
        if account is None:
            return None, 0
        return await self._latest(account), await self._store.read(admission_facts.reserved, account)

    async def _latest(self, account: int) -> Balance | None:
        return await self._accounts.balance(account) or await self._accounts.known_balance(account)

    async def drifts(self, guild_id: int) -> Sequence[Drift]:
        """Drift on the account that pays for a server, newest first."""
        account = self._accounts.paying_for(guild_id)
        found = () if account is None else await self._store.read(accounts.drifts, account)
        return [await self._as_seen_from(guild_id, drift) for drift in found]

    async def _as_seen_from(self, guild_id: int, drift: Drift) -> Drift:
        """Hide the jobs of other servers that share the account."""
        job = None if drift.job_id is None else await self._store.read(jobs.by_id, drift.job_id)
        theirs = job is not None and job.guild_id != guild_id
        return Drift(drift.credits, drift.at) if theirs else drift

    def days(self, settings: GuildSettings, count: int) -> Sequence[tuple[float, float]]:
        """The latest days of a server as (begin, end), oldest first, up to today."""
        found: list[tuple[float, float]] = []
        at = self._clock.now()
        while len(found) < count:
            found.insert(0, window(Period.DAY, settings.timezone, at))
            at = found[0][0] - 1
        return found

    async def of_all(self, days: int) -> OwnerReport:
        """Report on the bot's own key over all servers."""
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
        """List a server's latest jobs, at most `MOST_STATEMENTS`, newest first; in pages, as others wait."""
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
