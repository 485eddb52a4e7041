"""The store as the rest of `jobs` sees it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jobs.models import Change, Edit, GuildSettings, Order, OutageNotice
from jobs.store.credit_acts import CreditActs
from jobs.store.database import open_database
from jobs.store.job_acts import JobActs
from jobs.store.queries import drafts, guilds, jobs, keys, notes, outages
from jobs.store.result_acts import ResultActs


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator["Store"]:
    """Open the store at a database URL. Raises as `open_database` does."""
    async with open_database(url) as database:
        yield Store(database)


class Store(JobActs, ResultActs, CreditActs):
    """Everything that is kept. Writes are durable when they return; times are seconds since the epoch.

    Jobs, their results and credits are acted on in the bases; settings, drafts, notices and notes here.
    """

    async def servers(self) -> list[int]:
        """Servers with open jobs or a key of their own."""
        return await self._db.read(lambda c: sorted({*jobs.servers(c), *keys.servers(c)}))

    async def settings(self, guild_id: int) -> GuildSettings:
        """What the moderators of a server chose."""
        return await self._db.read(lambda c: guilds.read(c, guild_id))

    async def change_settings(self, guild_id: int, edit: Edit, *, by: int, now: float) -> GuildSettings:
        """Change settings of a server and note who did."""
        return await self._db.write(lambda c: guilds.change(c, guild_id, edit, by=by, now=now))

    async def settings_history(self, guild_id: int, *, limit: int = 15) -> list[Change]:
        """Who changed which setting, newest first."""
        return await self._db.read(lambda c: guilds.history(c, guild_id, limit=limit))

    async def keep_draft(self, order: Order, *, guild_id: int, user_id: int, now: float) -> int:
        """Keep an order until its form comes back; its number."""
        return await self._db.write(
            lambda c: drafts.keep(c, order, guild_id=guild_id, user_id=user_id, now=now)
        )

    async def draft(self, draft_id: int, *, guild_id: int, user_id: int) -> Order | None:
        """The order behind a form of this member."""
        return await self._db.read(lambda c: drafts.get(c, draft_id, guild_id=guild_id, user_id=user_id))

    async def notices(self) -> list[OutageNotice]:
        """What was told, or is to be told, of the weather."""
        return await self._db.read(outages.all_of_them)

    async def keep_notice(self, notice: OutageNotice) -> None:
        """Note what is to be told, or was."""
        await self._db.write(lambda c: outages.keep(c, notice))

    async def drop_notice(self, notice: OutageNotice) -> None:
        """That one is over."""
        await self._db.write(lambda c: outages.drop(c, notice))

    async def waiting_channels(self, provider: str, account: int) -> list[tuple[int, int]]:
        """(server, channel) of every job of an account that waits for a provider."""
        return await self._db.read(lambda c: outages.waiting_channels(c, provider, account))

    async def note(self, key: str) -> str | None:
        """A fact noted earlier."""
        return await self._db.read(lambda c: notes.read(c, key))

    async def write_note(self, key: str, value: str) -> None:
        """Note a fact."""
        await self._db.write(lambda c: notes.write(c, key, value))
