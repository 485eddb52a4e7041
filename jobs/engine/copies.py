"""Copies of results to members who want them directly, after the channel has them."""

import logging

from jobs.context import JobContext
from jobs.models import Job
from jobs.ports import PortError, Undeliverable
from jobs.store.queries import posts
from jobs.store.queries.library import preferences

log = logging.getLogger(__name__)


async def send_copies(context: JobContext, job: Job) -> None:
    """Copy the new messages of a delivery to its requester, each once: it is noted before it is tried.

    A member whose direct messages are closed gets none from then on, and is told so (`closed_since`).
    """
    wishes = await context.store.read(preferences.of_member, job.user_id)
    if not wishes.copies:
        return
    for post in await context.store.write(posts.begin_copies, job, now=context.clock.now()):
        try:
            await context.outbox.copy(job, post)
        except Undeliverable as error:
            log.info("job %s: its member takes no direct messages (%s)", job.id, error.text)
            closed = {"copies": False, "closed_since": job.id}
            await context.store.write(preferences.change, job.user_id, closed)
            return
        except PortError as error:
            log.warning("job %s: no copy to its member (%s)", job.id, error.text)
