"""Check before a call leaves that the member was shown the card, and that links still work.

Nothing has been sent yet, so a check that fails is repeated later, or ends the job at no cost.
"""

import logging
from dataclasses import replace

from jobs.context import JobContext
from jobs.engine import endings
from jobs.models import Job, Params, Reason
from jobs.models.states import JobState
from jobs.ports import LinkGone, PortError, Undeliverable
from jobs.store.queries import posts, transitions

log = logging.getLogger(__name__)

# What the card of an earlier process shows is not known.
FOUND = "found"


async def look_for_card(context: JobContext, job: Job) -> None:
    """Find out whether the member was shown the card; if not, the command failed and must cost nothing.

    Needed only if the process died, or was held up, while answering. The job continues with its row of then.
    """
    now = context.clock.now()
    card = None
    try:
        card = await context.outbox.find_card(job)
    except Undeliverable as error:
        log.info("job %s: its channel is closed (%s)", job.id, error.text)
    except PortError as error:
        await _put_off(context, job, error)
        return
    if card is None:
        after = replace(job.entering(JobState.CANCELLED, now=now), notified_at=now, finished_at=now)
        if await context.store.write(transitions.cancel_unseen, job, after):
            log.info("job %s: its card was never shown, so it is cancelled", job.id)
    else:
        await context.store.write(posts.card_shown, job.id, card_message_id=card, shows=FOUND, now=now)


async def fresh_params(context: JobContext, job: Job, url: str) -> Params | None:
    """Renew a link to a file on Discord, which expires; None if that must wait or the file is gone."""
    try:
        return {**job.params, "file_url": await context.outbox.fresh_link(url)}
    except LinkGone as error:
        await endings.fail(context, job, Reason.LINK, error.text)
    except PortError as error:
        await _put_off(context, job, error)
    return None


async def _put_off(context: JobContext, job: Job, error: PortError) -> None:
    due = context.clock.now() + context.schedule.after_failure(job.tries, error.retry_after)
    later = replace(job, due_at=min(due, job.deadline_at or due), tries=job.tries + 1)
    await context.store.write(transitions.save, job, later)
