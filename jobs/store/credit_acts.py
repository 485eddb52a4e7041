"""Acts on credits: balances, reservations, quotas, keys of servers, what was spent."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from jobs.models import Alert, Balance, Drift, Origin, ServerKey, Spending, Statement, Usage
from jobs.models.quota import Use
from jobs.store.acts import Acts
from jobs.store.queries import accounts, admission_facts, alerts, keys, ledger, reports


class CreditActs(Acts):
    """Credits, and the keys that pay."""

    async def uses(self, origin: Origin, *, now: float) -> tuple[Use, ...]:
        """How much of their quotas a member has used."""
        return await self._db.read(lambda c: admission_facts.uses(c, origin, now=now))

    async def usage(self, guild_id: int, *, user_id: int | None = None, since: float = 0.0) -> Usage:
        """What was spent and is reserved."""
        return await self._db.read(lambda c: ledger.usage(c, guild_id, user_id=user_id, since=since))

    async def known_balance(self, account: int) -> Balance | None:
        """The last balance of an account that was read."""
        return await self._db.read(lambda c: accounts.known(c, account))

    async def reserved(self, account: int) -> int:
        """Credits of an account reserved for jobs that were not charged yet."""
        return await self._db.read(lambda c: admission_facts.reserved(c, account))

    async def reconcile(self, account: int, read: Balance, *, now: float) -> Drift | None:
        """Hold a balance against the ledger, and note what no job explains."""
        return await self._db.write(lambda c: accounts.reconcile(c, account, read, now=now))

    async def alerts(self, known: Balance, pays_for: Callable[[int], bool]) -> list[Alert]:
        """The alerts that a balance calls for in the servers that it pays for, noted as told."""
        return await self._db.write(lambda c: alerts.crossed(c, known, pays_for))

    async def would_alert(self, account: int, known: Balance, pays_for: Callable[[int], bool]) -> bool:
        """Whether what was charged since a balance was read brings it below a threshold of an alert."""

        def query(c: Connection) -> bool:
            left = known.total - admission_facts.charged_since(c, account, known.at)
            return alerts.would_cross(c, left, pays_for)

        return await self._db.read(query)

    async def drifts(self, account: int, *, limit: int = 5) -> list[Drift]:
        """What no job explained, newest first."""
        return await self._db.read(lambda c: accounts.drifts(c, account, limit=limit))

    async def keys(self) -> tuple[dict[int, str], list[ServerKey]]:
        """(every key as it was sealed, by its account; which server gave which)."""
        return await self._db.read(lambda c: (keys.sealed(c), keys.of_servers(c)))

    async def give_key(self, guild_id: int, *, account: int | None, sealed: str, by: int, now: float) -> int:
        """Let a server pay with a key; see `key_rows.give`."""
        return await self._db.write(
            lambda c: keys.give(c, guild_id, account=account, sealed=sealed, by=by, now=now)
        )

    async def remove_key(self, guild_id: int, *, by: int, now: float) -> bool:
        """Forget the key of a server; False where it had none."""
        return await self._db.write(lambda c: keys.remove(c, guild_id, by=by, now=now))

    async def sweep_keys(self) -> None:
        """Forget keys that were replaced and that no open job needs."""
        await self._db.write(keys.sweep)

    async def spending(self, guild_id: int, *, days: Sequence[tuple[float, float]]) -> Spending:
        """What a server spent over days given as (begin, end), the oldest first."""
        return await self._db.read(lambda c: reports.spending(c, guild_id, days=days))

    async def by_server(self, *, since: float, limit: int = 20) -> list[tuple[int, int]]:
        """What each server spent since a time, as (server, credits), the most first."""
        return await self._db.read(lambda c: reports.by_server(c, since=since, limit=limit))

    async def spent_by_all(self, *, since: float) -> int:
        """What all servers with the bot's own key spent since a time."""
        return await self._db.read(lambda c: reports.spent_by_all(c, since=since))

    async def statements(self, guild_id: int, *, since: float, before: int, limit: int) -> list[Statement]:
        """Jobs of a server with what each cost, newest first."""
        return await self._db.read(
            lambda c: reports.statements(c, guild_id, since=since, before=before, limit=limit)
        )
