"""From `unknown` onward: was the call whose answer was lost paid for?"""

import logging
from dataclasses import replace

from jobs.context import JobContext
from jobs.models import Job, Reason
from jobs.models.states import JobState
from jobs.orders.decisions import cancel
from jobs.rules.charge_inference import Verdict

log = logging.getLogger(__name__)

# How long to wait for a balance that cannot be read, in seconds.
_PATIENCE = 600.0


async def resolve_unknown(context: JobContext, job: Job) -> None:
    """Settle by the balance where it is conclusive; else let a person decide.

    The balance is read twice, some time apart, before the call is made again: a slow request can still
    land after the first reading.
    """
    now = context.clock.now()
    balance = await context.accounts.balance(job.account)
    if (
        balance is None
        and job.balance_before is not None
        and now < job.state_at + context.schedule.wait(_PATIENCE)
    ):
        due = now + context.schedule.after_failure(job.tries)
        await context.store.touch(job, due_at=due, tries=job.tries + 1)
        return
    verdict = await context.accounts.verdict(job, balance)
    log.info("job %s: the balance says %s", job.id, verdict.value)
    if verdict is Verdict.NOT_CHARGED and job.polls == 0:
        due = now + context.schedule.wait(context.schedule.settle_after)
        await context.store.touch(job, due_at=due, polls=1)
    elif verdict is Verdict.NOT_CHARGED:
        # The deadline goes with it: an API that loses every answer is not tried for ever.
        await context.store.move(
            job,
            JobState.ACCEPTED,
            now=now,
            due_at=now,
            deadline_at=job.deadline_at,
            tries=1,
            submit_at=None,
            polls=0,
        )
    else:
        reason = Reason.LOST_TASK if verdict is Verdict.CHARGED else Reason.LOST_ANSWER
        if balance is None or job.balance_before is None:
            reason = Reason.LOST_BALANCE
        # Until it can no longer land, it may still move the balance under others (see `rival_rows`).
        landed = max(now, job.state_at + 2 * context.schedule.wait(context.schedule.settle_after))
        await context.store.move(job, JobState.HELD, now=now, due_at=now, reason=reason, outcome_at=landed)
        if job.guild_id in context.gone:
            await cancel(context, replace(job, state=JobState.HELD))
