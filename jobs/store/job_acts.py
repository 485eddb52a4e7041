"""Acts on jobs: guarded moves, what is due, what a member sees."""

from collections.abc import Sequence
from typing import Unpack

from sqlalchemy import Connection

from jobs.models import Booking, Clip, Job, JobChanges
from jobs.models.states import JobState
from jobs.store.acts import Acts
from jobs.store.database import Database
from jobs.store.queries import clips as clip_rows
from jobs.store.queries import jobs, ledger, posts
from jobs.store.queries.posts import Plan


class JobActs(Acts):
    """A job from its order to its end."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._put_off = database.coalescer(jobs.GUARDED)

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
