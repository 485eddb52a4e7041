"""Acts on jobs: acceptance, guarded moves, what is due, what a member sees."""

from collections.abc import Callable, Sequence
from typing import TypeVar, Unpack

from sqlalchemy import Connection

from jobs.models import Booking, Clip, Job, JobChanges, Order, Origin
from jobs.models.states import JobState
from jobs.rules.admission import Quote, Refusal, check
from jobs.store.acts import Acts
from jobs.store.database import Database
from jobs.store.queries import admission_facts, drafts, jobs, ledger, posts
from jobs.store.queries import clips as clip_rows
from jobs.store.queries.posts import Plan

T = TypeVar("T")


class JobActs(Acts):
    """A job from its order to its end."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._put_off = database.coalescer(jobs.GUARDED)

    async def accept(
        self,
        order: Order,
        origin: Origin,
        quote: Quote,
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
            refusal = _refusal(c, order, origin, quote, now=now)
            if refusal is not None:
                return refusal
            if draft_id is not None and not drafts.drop(c, draft_id):
                return Refusal("used")
            return jobs.accept(c, order, origin, quote, now=now, due_at=due_at, deadline_at=deadline_at)

        return await self._admitted(change)

    async def check(self, order: Order, origin: Origin, quote: Quote, *, now: float) -> None:
        """Run the gate, and note nothing. Raises Refusal."""
        refusal = await self._db.read(lambda c: _refusal(c, order, origin, quote, now=now))
        if refusal is not None:
            raise refusal

    async def retry(
        self, job: Job, origin: Origin, quote: Quote, *, now: float, **changes: Unpack[JobChanges]
    ) -> bool:
        """Run the gate for a held job and let it begin anew; False when it is held no more.

        Raises:
            Refusal: The gate said no; the job is held as before.
        """

        def change(c: Connection) -> bool | Refusal:
            refusal = _refusal(c, job.order, origin, quote, now=now)
            if refusal is not None:
                return refusal
            return _moved(c, job, JobState.ACCEPTED, ("settled", "reserved"), now=now, **changes)

        return await self._admitted(change)

    async def _admitted(self, change: Callable[[Connection], T | Refusal]) -> T:
        """Make a change that the gate may refuse.

        It hands the refusal back: raised in there, it would undo the whole group that it is part of.
        """
        verdict = await self._db.write(change)
        if isinstance(verdict, Refusal):
            raise verdict
        return verdict

    async def move(
        self,
        job: Job,
        to: JobState,
        *,
        now: float,
        book: Sequence[Booking] = (),
        clips: Sequence[Clip] = (),
        plan: Plan = (),
        **changes: Unpack[JobChanges],
    ) -> bool:
        """Bring a job to another state, with its ledger lines, results and planned posts, as one.

        False, and nothing is written, when the job is no longer in the state it was read in.
        """

        def change(c: Connection) -> bool:
            if not _moved(c, job, to, book, now=now, **changes):
                return False
            clip_rows.keep(c, job, clips)
            if plan:
                posts.plan(c, job, plan)
            return True

        return await self._db.write(change)

    async def touch(self, job: Job, **changes: Unpack[JobChanges]) -> bool:
        """Change a job where it is; False when it is no longer in the state it was read in."""
        return await self._db.write(lambda c: jobs.touch(c, job, **changes))

    async def put_off(self, job: Job, *, due_at: float, polls: int, tries: int) -> None:
        """A look has brought nothing new: look again later. Thousands of these a second share statements."""
        await self._put_off.run(jobs.put_off_values(job, due_at=due_at, polls=polls, tries=tries))


def _moved(
    c: Connection,
    job: Job,
    to: JobState,
    book: Sequence[Booking],
    *,
    now: float,
    **changes: Unpack[JobChanges],
) -> bool:
    """Move a job and write its ledger lines; False, and nothing is written, when it is somewhere else."""
    if not jobs.move(c, job, to, now=now, **changes):
        return False
    for kind in book:
        ledger.book(c, job, kind, at=now)
    return True


def _refusal(c: Connection, order: Order, origin: Origin, quote: Quote, *, now: float) -> Refusal | None:
    """What the gate says against an order, now."""
    try:
        check(order, origin, quote, admission_facts.facts(c, origin, quote, now=now))
    except Refusal as refusal:
        return refusal
    return None
