"""From `unknown` to `held`: what the balance shows of a paid call whose answer was lost, put before a person.

The machine never sends such a call again. Its effect may land minutes later, and no reading proves that it
will not.
"""

import logging
from dataclasses import replace

from jobs.context import JobContext
from jobs.models import Job, Reason
from jobs.models.states import JobState
from jobs.orders.decisions import cancel
from jobs.rules.charge_inference import Verdict
from jobs.store.queries import transitions

log = logging.getLogger(__name__)

_REASONS = {
    Verdict.CHARGED: Reason.LOST_TASK,
    Verdict.NOT_CHARGED: Reason.LOST_UNMOVED,
    Verdict.OPEN: Reason.LOST_ANSWER,
}


async def resolve_unknown(context: JobContext, job: Job) -> None:
    """Ask a person, with what the balance shows now; cancel the job if its server is gone."""
    balance = await context.accounts.balance(job.account)
    verdict = await context.accounts.verdict(job, balance)
    log.info("job %s: the balance says %s", job.id, verdict.value)
    unread = balance is None or job.balance_before is None
    now = context.clock.now()
    # Until it can no longer land, it may still change the balance for others (see `queries.rivals`).
    landed = max(now, job.state_at + context.schedule.wait(context.schedule.lands_within))
    held = replace(
        job.entering(JobState.HELD, now=now, due_at=now),
        reason=Reason.LOST_BALANCE if unread else _REASONS[verdict],
        outcome_at=landed,
    )
    await context.store.write(transitions.save, job, held)
    if job.guild_id in context.gone:
        await cancel(context, held)
