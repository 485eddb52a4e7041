"""From `unknown` onwards: infer whether a call whose answer was lost was charged."""

import logging
from dataclasses import replace

from jobs.context import JobContext
from jobs.models import Balance, Job, Reason
from jobs.models.states import JobState
from jobs.orders.decisions import cancel
from jobs.rules.charge_inference import Verdict
from jobs.store.queries import transitions

log = logging.getLogger(__name__)

# Seconds to wait for a balance that cannot be read.
_PATIENCE = 600.0


async def resolve_unknown(context: JobContext, job: Job) -> None:
    """Decide by the balance if it is conclusive; otherwise ask a person.

    It is read twice before the call is repeated: a slow request can land after the first reading.
    """
    now, schedule = context.clock.now(), context.schedule
    balance = await context.accounts.balance(job.account)
    readable = balance is not None or job.balance_before is None
    if not readable and now < job.state_at + schedule.wait(_PATIENCE):
        later = replace(job, due_at=now + schedule.after_failure(job.tries), tries=job.tries + 1)
        await context.store.write(transitions.save, job, later)
        return
    verdict = await context.accounts.verdict(job, balance)
    log.info("job %s: the balance says %s", job.id, verdict.value)
    if verdict is not Verdict.NOT_CHARGED:
        await _hold(context, job, balance, verdict)
    elif job.polls == 0:
        later = replace(job, due_at=now + schedule.wait(schedule.lands_within), polls=1)
        await context.store.write(transitions.save, job, later)
    else:
        # Keep the deadline: an API that loses every answer must not be tried for ever.
        again = job.entering(JobState.ACCEPTED, now=now, due_at=now, deadline_at=job.deadline_at, tries=1)
        again = replace(again, submit_at=None, polls=0)
        await context.store.write(transitions.save, job, again)


async def _hold(context: JobContext, job: Job, balance: Balance | None, verdict: Verdict) -> None:
    """Ask a person; cancel the job if its server is gone."""
    reason = Reason.LOST_TASK if verdict is Verdict.CHARGED else Reason.LOST_ANSWER
    if balance is None or job.balance_before is None:
        reason = Reason.LOST_BALANCE
    now = context.clock.now()
    # Until it can no longer land, it may still change the balance for others (see `queries.rivals`).
    landed = max(now, job.state_at + 2 * context.schedule.wait(context.schedule.lands_within))
    held = replace(job.entering(JobState.HELD, now=now, due_at=now), reason=reason, outcome_at=landed)
    await context.store.write(transitions.save, job, held)
    if job.guild_id in context.gone:
        await cancel(context, held)
