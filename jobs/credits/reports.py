"""Reports about credits: the balance is read first, then all figures of a report as of one moment."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from jobs.credits.accounts import Accounts
from jobs.models import (
    OWN_ACCOUNT,
    Balance,
    Drift,
    GuildSettings,
    MemberReport,
    Origin,
    OwnerReport,
    ServerReport,
)
from jobs.models.quota import Period, window
from jobs.ports import Clock
from jobs.store import Store
from jobs.store.queries import accounts, admission_facts, jobs, reports

_DAY_SECONDS = 24 * 3600.0
MOST_STATEMENTS = 20_000


@dataclass(eq=False, repr=False)
class CreditReports:
    """Only the balance waits for the API, a few seconds at most. What it shows is in the figures after it."""

    _store: Store
    _accounts: Accounts
    _clock: Clock

    async def of_member(self, origin: Origin, settings: GuildSettings) -> MemberReport:
        """Report on a member and their server today."""
        now = self._clock.now()
        begin, _ = window(Period.DAY, settings.timezone, now)
        account = self._accounts.paying_for(origin.guild_id)
        balance = await self._latest(account)

        def report(c: Connection) -> MemberReport:
            return MemberReport(
                reports.usage(c, origin.guild_id, user_id=origin.user_id, since=begin),
                reports.usage(c, origin.guild_id, since=begin),
                admission_facts.uses(c, origin, now=now),
                balance,
                0 if account is None else admission_facts.reserved(c, account),
            )

        return await self._store.snapshot(report)

    async def of_server(self, guild_id: int, days: Sequence[tuple[float, float]]) -> ServerReport:
        """Report on a server over days given as (begin, end)."""
        account = self._accounts.paying_for(guild_id)
        balance = await self._latest(account)

        def report(c: Connection) -> ServerReport:
            found = [] if account is None else accounts.drifts(c, account)
            return ServerReport(
                reports.spending(c, guild_id, days=days),
                tuple(reports.statements(c, guild_id, since=days[0][0], limit=MOST_STATEMENTS)),
                balance,
                0 if account is None else admission_facts.reserved(c, account),
                tuple(_as_seen_from(c, guild_id, drift) for drift in found),
            )

        return await self._store.snapshot(report)

    async def of_all(self, days: int) -> OwnerReport:
        """Report on the bot's own key over all servers."""
        now = self._clock.now()
        since, today = now - days * _DAY_SECONDS, window(Period.DAY, "UTC", now)[0]
        balance = await self._latest(OWN_ACCOUNT)

        def report(c: Connection) -> OwnerReport:
            return OwnerReport(
                tuple(reports.by_server(c, since=since)),
                reports.spent_by_all(c, since=today),
                self._accounts.policy.daily_cap,
                balance,
                admission_facts.reserved(c, OWN_ACCOUNT),
                tuple(accounts.drifts(c, OWN_ACCOUNT)),
                reports.unresolved(c, since=since, account=OWN_ACCOUNT),
            )

        return await self._store.snapshot(report)

    async def _latest(self, account: int | None) -> Balance | None:
        """The balance of an account: read now, or the last one known."""
        if account is None:
            return None
        return await self._accounts.balance(account) or await self._accounts.known_balance(account)

    def days(self, settings: GuildSettings, count: int) -> Sequence[tuple[float, float]]:
        """The latest days of a server as (begin, end), oldest first, up to today."""
        found: list[tuple[float, float]] = []
        at = self._clock.now()
        while len(found) < count:
            found.insert(0, window(Period.DAY, settings.timezone, at))
            at = found[0][0] - 1
        return found


def _as_seen_from(c: Connection, guild_id: int, drift: Drift) -> Drift:
    """Hide the jobs of other servers that share the account."""
    job = None if drift.job_id is None else jobs.by_id(c, drift.job_id)
    theirs = job is not None and job.guild_id != guild_id
    return Drift(drift.credits, drift.at) if theirs else drift
