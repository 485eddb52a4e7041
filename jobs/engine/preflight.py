"""What must be known before a call may leave: that the member was shown the card, and links that still work.

Nothing has been sent by then, so whatever is missing is waited for, or ends the job at no cost.
"""

import logging
from dataclasses import replace

from jobs.context import JobContext
from jobs.engine import endings
from jobs.models import Job, Params, Reason
from jobs.models.states import JobState
from jobs.ports import LinkGone, PortError, Undeliverable
from jobs.store.queries import jobs, transitions

log = logging.getLogger(__name__)


async def card_shown(context: JobContext, job: Job) -> bool:
    """Whether the member has the answer to the command; if not, it failed for them, and must cost nothing.

    Known at once but for a job whose process died, or was held up, in the middle of the answer.
    """
    if job.card_message_id is not None:
        return True
    now = context.clock.now()
    card = None
    try:
        card = await context.outbox.find_card(job)
    except Undeliverable as error:
        log.info("job %s: its channel is closed (%s)", job.id, error.text)
    except PortError as error:
        await _put_off(context, job, error)
        return False
    if card is None:
        log.info("job %s: its card was never shown, so it is cancelled", job.id)
        after = replace(job.entering(JobState.CANCELLED, now=now), notified_at=now, finished_at=now)
        await context.store.write(transitions.save, job, after, book=["released"])
    else:
        await context.store.write(jobs.card_shown, job.id, card_message_id=card, now=now)
    return False  # if it goes on, then with the row as it stands now


async def fresh_params(context: JobContext, job: Job) -> Params | None:
    """What to send: links to files on Discord expire, so they are renewed at the last moment.

    None where that must wait, or where the file is gone. Nothing has been sent by then.
    """
    url = job.params.get("file_url")
    if not isinstance(url, str):
        return job.params
    try:
        return {**job.params, "file_url": await context.outbox.fresh_link(url)}
    except LinkGone as error:
        await endings.fail(context, job, Reason.LINK, error.text, sent=False)
    except PortError as error:
        await _put_off(context, job, error)
    return None


async def _put_off(context: JobContext, job: Job, error: PortError) -> None:
    """Try again later, from where the job stands; nothing has been sent."""
    due = context.clock.now() + context.schedule.after_failure(job.tries, error.retry_after)
    later = replace(job, due_at=min(due, job.deadline_at or due), tries=job.tries + 1)
    await context.store.write(transitions.save, job, later)
