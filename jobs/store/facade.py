"""The store as the rest of `jobs` sees it: one async method an act, each one transaction."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection

from jobs.gate import Offer, Refusal, check
from jobs.models import (
    Alert,
    Balance,
    Change,
    Clip,
    Drift,
    Family,
    GuildSettings,
    Job,
    Notice,
    Order,
    Post,
    ServerKey,
    Spending,
    Statement,
    Usage,
    Visit,
)
from jobs.quota import Use
from jobs.states import JobState
from jobs.store import (
    account_rows,
    alert_rows,
    clip_rows,
    draft_rows,
    gate_rows,
    guild_rows,
    job_rows,
    key_rows,
    note_rows,
    notice_rows,
    post_rows,
    report_rows,
    spend_rows,
)
from jobs.store.database import Database, open_database
from jobs.store.post_rows import Plan


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator["Store"]:
    """Open the store at a database URL. Raises as `open_database` does."""
    async with open_database(url) as database:
        yield Store(database)


class Store:
    """Everything that is kept. Writes are durable when they return; times are seconds since the epoch."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._put_off = database.gathering(job_rows.GUARDED)

    async def accept(
        self,
        order: Order,
        visit: Visit,
        offer: Offer,
        *,
        now: float,
        due_at: float,
        deadline_at: float,
        draft_id: int | None = None,
    ) -> Job:
        """Run the gate, note the order and reserve its price, all in one transaction.

        The draft that the order comes from, if any, is used up with it, so it becomes a job only once.

        Raises:
            Refusal: The gate said no; nothing was noted.
        """

        def change(c: Connection) -> Job | Refusal:
            # Handed back, not raised: it would undo the whole group of changes that this one is part of.
            try:
                check(order, visit, offer, gate_rows.facts(c, visit, offer, now=now))
            except Refusal as refusal:
                return refusal
            if draft_id is not None and not draft_rows.drop(c, draft_id):
                return Refusal("used")
            return job_rows.accept(c, order, visit, offer, now=now, due_at=due_at, deadline_at=deadline_at)

        verdict = await self._db.write(change)
        if isinstance(verdict, Refusal):
            raise verdict
        return verdict

    async def uses(self, visit: Visit, *, now: float) -> tuple[Use, ...]:
        """How much of their quotas a member has used."""
        return await self._db.read(lambda c: gate_rows.uses(c, visit, now=now))

    async def unanswered(self) -> None:
        """Find out soon about accepted jobs that a process before this one was about to answer."""
        await self._db.write(job_rows.unanswered)

    async def answered(self, job_id: int, *, card_message_id: int, now: float) -> None:
        """The member has been answered; the engine may begin."""
        await self._db.write(lambda c: job_rows.answered(c, job_id, card_message_id=card_message_id, now=now))

    async def move(
        self,
        job: Job,
        to: JobState,
        *,
        now: float,
        book: Sequence[str] = (),
        clips: Sequence[Clip] = (),
        plan: Plan = (),
        **changes: Any,  # noqa: ANN401 - columns of the table
    ) -> bool:
        """Bring a job to another state, with its ledger lines, results and planned posts, as one.

        False, and nothing is written, when the job is no longer in the state it was read in.
        """

        def change(c: Connection) -> bool:
            if not _moved(c, job, to, book, now=now, **changes):
                return False
            clip_rows.keep(c, job.guild_id, clips)
            if plan:
                post_rows.plan(c, job, plan)
            return True

        return await self._db.write(change)

    async def retry(self, job: Job, visit: Visit, offer: Offer, *, now: float, **changes: Any) -> bool:  # noqa: ANN401
        """Run the gate for a held job and let it begin anew; False when it is held no more.

        Raises:
            Refusal: The gate said no; the job is held as before.
        """

        def change(c: Connection) -> bool | Refusal:
            try:
                check(job.order, visit, offer, gate_rows.facts(c, visit, offer, now=now))
            except Refusal as refusal:
                return refusal
            return _moved(c, job, JobState.ACCEPTED, ("settled", "reserved"), now=now, **changes)

        verdict = await self._db.write(change)
        if isinstance(verdict, Refusal):
            raise verdict
        return verdict

    async def touch(self, job: Job, *, book: Sequence[str] = (), at: float = 0.0, **changes: Any) -> bool:  # noqa: ANN401
        """Change a job where it is; False when it is no longer in the state it was read in."""

        def change(c: Connection) -> bool:
            done = job_rows.touch(c, job, **changes)
            for kind in book if done else ():
                spend_rows.book(c, job, kind, at=at)
            return done

        return await self._db.write(change)

    async def put_off(self, job: Job, *, due_at: float, looks: int, tries: int) -> None:
        """A look has brought nothing new: look again later. Thousands of these a second share statements."""
        await self._put_off.run(job_rows.put_off_values(job, due_at=due_at, looks=looks, tries=tries))

    async def job(self, job_id: int) -> Job | None:
        """A job by its number."""
        return await self._db.read(lambda c: job_rows.get(c, job_id))

    async def upcoming(
        self,
        states: Collection[JobState],
        *,
        limit: int,
        busy: Collection[int],
        held: Collection[tuple[str, int]] = (),
        now: float = 0.0,
    ) -> list[Job]:
        """Jobs to act on, now or later, the earliest due first; those of held providers past their end."""
        return await self._db.read(
            lambda c: job_rows.upcoming(c, states, limit=limit, busy=busy, held=held, now=now)
        )

    async def in_state(self, state: JobState) -> list[Job]:
        """All jobs of one state."""
        return await self._db.read(lambda c: job_rows.in_state(c, state))

    async def recent(self, guild_id: int, *, user_id: int | None = None, limit: int = 10) -> list[Job]:
        """The latest jobs of a server or of one member, the open ones first."""
        return await self._db.read(lambda c: job_rows.recent(c, guild_id, user_id=user_id, limit=limit))

    async def durations(self, operation: str, *, limit: int = 50) -> list[float]:
        """How long the latest jobs of this kind took, in seconds."""
        return await self._db.read(lambda c: job_rows.durations(c, operation, limit=limit))

    async def rivals(self, job: Job) -> tuple[list[int], list[int]]:
        """Other charges and refunds that may have moved the balance since this job's submit."""
        return await self._db.read(lambda c: job_rows.rivals(c, job))

    async def usage(self, guild_id: int, *, user_id: int | None = None, since: float = 0.0) -> Usage:
        """What was spent and is reserved."""
        return await self._db.read(lambda c: spend_rows.usage(c, guild_id, user_id=user_id, since=since))

    async def known_balance(self, account: int) -> Balance | None:
        """The last balance of an account that was read."""
        return await self._db.read(lambda c: account_rows.known(c, account))

    async def reserved(self, account: int) -> int:
        """Credits of an account reserved for jobs that were not charged yet."""
        return await self._db.read(lambda c: gate_rows.reserved(c, account))

    async def reconcile(self, account: int, read: Balance, *, now: float) -> Drift | None:
        """Hold a balance against the ledger, and note what no job explains."""
        return await self._db.write(lambda c: account_rows.reconcile(c, account, read, now=now))

    async def alerts(self, known: Balance, pays_for: Callable[[int], bool]) -> list[Alert]:
        """The alerts that a balance calls for in the servers that it pays for, noted as told."""
        return await self._db.write(lambda c: alert_rows.crossed(c, known, pays_for))

    async def keys(self) -> tuple[dict[int, str], list[ServerKey]]:
        """(every key as it was sealed, by its account; which server gave which)."""
        return await self._db.read(lambda c: (key_rows.sealed(c), key_rows.of_servers(c)))

    async def give_key(self, guild_id: int, *, account: int | None, sealed: str, by: int, now: float) -> int:
        """Let a server pay with a key; see `key_rows.give`."""
        return await self._db.write(
            lambda c: key_rows.give(c, guild_id, account=account, sealed=sealed, by=by, now=now)
        )

    async def remove_key(self, guild_id: int, *, by: int, now: float) -> bool:
        """Forget the key of a server; False where it had none."""
        return await self._db.write(lambda c: key_rows.remove(c, guild_id, by=by, now=now))

    async def sweep_keys(self) -> None:
        """Forget keys that were replaced and that no open job needs."""
        await self._db.write(key_rows.sweep)

    async def drifts(self, account: int, *, limit: int = 5) -> list[Drift]:
        """What no job explained, newest first."""
        return await self._db.read(lambda c: account_rows.drifts(c, account, limit=limit))

    async def spending(self, guild_id: int, *, days: Sequence[tuple[float, float]]) -> Spending:
        """What a server spent over days given as (begin, end), the oldest first."""
        return await self._db.read(lambda c: report_rows.spending(c, guild_id, days=days))

    async def by_server(self, *, since: float, limit: int = 20) -> list[tuple[int, int]]:
        """What each server spent since a time, as (server, credits), the most first."""
        return await self._db.read(lambda c: report_rows.by_server(c, since=since, limit=limit))

    async def spent_by_all(self, *, since: float) -> int:
        """What all servers with the bot's own key spent since a time."""
        return await self._db.read(lambda c: report_rows.spent_by_all(c, since=since))

    async def statements(self, guild_id: int, *, since: float, before: int, limit: int) -> list[Statement]:
        """Jobs of a server with what each cost, newest first."""
        return await self._db.read(
            lambda c: report_rows.statements(c, guild_id, since=since, before=before, limit=limit)
        )

    async def counts(self, guild_id: int | None = None) -> dict[str, int]:
        """How many jobs, of all or of one server, are in each state."""
        return await self._db.read(lambda c: job_rows.counts(c, guild_id))

    async def oldest_open(self, guild_id: int) -> Job | None:
        """The open job of a server that was asked for first."""
        return await self._db.read(lambda c: job_rows.oldest_open(c, guild_id))

    async def clips(self, job_id: int) -> list[Clip]:
        """The results of a job, in order."""
        return await self._db.read(lambda c: clip_rows.of_job(c, job_id))

    async def keep_clips(self, job: Job, clips: Sequence[Clip]) -> None:
        """Write the results of a job anew: fresh links."""
        await self._db.write(lambda c: clip_rows.keep(c, job.guild_id, clips))

    async def clip(self, guild_id: int, clip_id: str) -> Clip | None:
        """A clip that this server made."""
        return await self._db.read(lambda c: clip_rows.of_clip(c, guild_id, clip_id))

    async def family(self, guild_id: int, clip: Clip) -> Family:
        """Where a clip comes from, and what was made from it in this server."""
        return await self._db.read(lambda c: clip_rows.family(c, guild_id, clip))

    async def thread_of(self, job: Job) -> int | None:
        """The thread of the song that a job's source belongs to, if it has one there."""
        return await self._db.read(lambda c: job_rows.thread_of(c, job))

    async def job_at(self, guild_id: int, message_id: int) -> Job | None:
        """The job whose card or delivery a message is."""
        return await self._db.read(lambda c: job_rows.at_message(c, guild_id, message_id))

    async def search(
        self,
        guild_id: int,
        text: str,
        *,
        kinds: Collection[str] = ("song", "stem"),
        limit: int = 25,
        provider: str = "",
    ) -> list[Clip]:
        """Results of a server by title, newest first, of these kinds or made by these operations."""
        return await self._db.read(
            lambda c: clip_rows.search(c, guild_id, text, kinds=kinds, limit=limit, provider=provider)
        )

    async def plan(self, job: Job, plan: Plan) -> None:
        """Note the messages of this round before any is sent."""
        await self._db.write(lambda c: post_rows.plan(c, job, plan))

    async def posts(self, job: Job) -> list[Post]:
        """The messages of the job's present round."""
        return await self._db.read(lambda c: post_rows.of_round(c, job))

    async def trying(self, post: Post, *, now: float) -> None:
        """Commit the intent to post before the post leaves."""
        await self._db.write(lambda c: post_rows.trying(c, post.id, now=now))

    async def posted(self, post: Post, message_id: int) -> None:
        """Remember that the message is there."""
        await self._db.write(lambda c: post_rows.posted(c, post.id, message_id=message_id))

    async def linked_instead(self, post: Post, *, nonce: str) -> None:
        """Send links where Discord takes no files."""
        await self._db.write(lambda c: post_rows.linked_instead(c, post, nonce=nonce))

    async def settings(self, guild_id: int) -> GuildSettings:
        """What the moderators of a server chose."""
        return await self._db.read(lambda c: guild_rows.read(c, guild_id))

    async def change_settings(
        self, guild_id: int, edit: Callable[[GuildSettings], Mapping[str, Any]], *, by: int, now: float
    ) -> GuildSettings:
        """Change settings of a server and note who did; `edit` as `guild_rows.change` takes it."""
        return await self._db.write(lambda c: guild_rows.change(c, guild_id, edit, by=by, now=now))

    async def settings_history(self, guild_id: int, *, limit: int = 15) -> list[Change]:
        """Who changed which setting, newest first."""
        return await self._db.read(lambda c: guild_rows.history(c, guild_id, limit=limit))

    async def keep_draft(self, order: Order, *, guild_id: int, user_id: int, now: float) -> int:
        """Keep an order until its form comes back; its number."""
        return await self._db.write(
            lambda c: draft_rows.keep(c, order, guild_id=guild_id, user_id=user_id, now=now)
        )

    async def draft(self, draft_id: int, *, guild_id: int, user_id: int) -> Order | None:
        """The order behind a form of this member."""
        return await self._db.read(lambda c: draft_rows.get(c, draft_id, guild_id=guild_id, user_id=user_id))

    async def notices(self) -> list[Notice]:
        """What was told, or is to be told, of the weather."""
        return await self._db.read(notice_rows.all_of_them)

    async def keep_notice(self, notice: Notice) -> None:
        """Note what is to be told, or was."""
        await self._db.write(lambda c: notice_rows.keep(c, notice))

    async def drop_notice(self, notice: Notice) -> None:
        """That one is over."""
        await self._db.write(lambda c: notice_rows.drop(c, notice))

    async def waiting_channels(self, provider: str, account: int) -> list[tuple[int, int]]:
        """(server, channel) of every job of an account that waits for a provider."""
        return await self._db.read(lambda c: notice_rows.waiting_channels(c, provider, account))

    async def note(self, key: str) -> str | None:
        """A fact noted earlier."""
        return await self._db.read(lambda c: note_rows.read(c, key))

    async def write_note(self, key: str, value: str) -> None:
        """Note a fact."""
        await self._db.write(lambda c: note_rows.write(c, key, value))


def _moved(c: Connection, job: Job, to: JobState, book: Sequence[str], *, now: float, **changes: Any) -> bool:  # noqa: ANN401
    """Move a job and write its ledger lines; False, and nothing is written, when it is somewhere else."""
    if not job_rows.move(c, job, to, now=now, **changes):
        return False
    for kind in book:
        spend_rows.book(c, job, kind, at=now)
    return True
