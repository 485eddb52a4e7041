"""What people decide about a job that has stopped: cancel it, try it again, send its results again."""

from dataclasses import replace

from jobs.context import JobContext
from jobs.models import NO_CARD, Job, Origin, Reason
from jobs.models.operations import ZIP
from jobs.models.rejections import KeyProblem, MissingPermissions, Rejected, Rejection
from jobs.models.states import S
from jobs.orders.enquiry import decided, make_enquiry
from jobs.rules.completeness import absent, unsaid
from jobs.rules.quote import Enquiry
from jobs.store.queries import clips, orders, posts, transitions
from jobs.store.queries.library import removals, zips

# Failures after which the API may still finish the task.
LOOK_AGAIN = frozenset(
    {Reason.DEADLINE, Reason.SILENT, Reason.FORGOTTEN, Reason.KEY, Reason.ADDRESS, Reason.INTERNAL}
)


async def cancel(context: JobContext, job: Job) -> Job | None:
    """Cancel a job from which nothing has been spent, or give up a held one; None when it is too late.

    What a held one may have cost stays unresolved until the balance tells.
    """
    if job.state not in (S.ACCEPTED, S.HELD):
        return None
    now = context.clock.now()
    # The message that asked for a decision is put right.
    after = job.entering(S.CANCELLED, now=now, due_at=None if job.notified_at is None else now)
    after = replace(after, notified_at=job.notified_at or now, finished_at=now)
    return after if await context.store.write(transitions.save, job, after) else None


async def retry(context: JobContext, job: Job, origin: Origin) -> Job | None:
    """Submit a held job again, at its price; None when it is not held any more.

    It passes admission like a new order of its requester, with the roles of whoever decides.

    Raises:
        Rejected: Admission said no, or another key pays by now; the job is held as before.
    """
    if job.state is not S.HELD:
        return None
    if context.accounts.paying_for(job.guild_id) != job.account:
        raise Rejected(KeyProblem.CHANGED)
    enquiry = make_enquiry(context, job.order, replace(origin, user_id=job.user_id), again=job.price)
    moved = await decided(context, enquiry, lambda enquiry: _retry(context, job, enquiry))
    return job if moved else None


async def _retry(context: JobContext, job: Job, enquiry: Enquiry) -> bool | Rejection:
    now = enquiry.now
    deadline = now + context.schedule.wait(context.schedule.queue_for)
    again = replace(
        job.entering(S.ACCEPTED, now=now, due_at=now, deadline_at=deadline),
        round=job.round + 1,
        outcome_at=None,
        notified_at=None,
        reason=Reason.NONE,
        reason_text="",
        polls=0,
    )
    return await context.store.write(orders.retry, job, again, enquiry, context.catalogue)


async def send_again(context: JobContext, job: Job, origin: Origin) -> Job | None:
    """Deliver results once more, here; poll a task given up on again; tell news that could not be told.

    None when there is none of these.

    Raises:
        Rejected: The bot may not post here.
    """
    if job.guild_id != origin.guild_id:
        return None
    if origin.missing_permissions:
        raise Rejected(MissingPermissions(origin.missing_permissions))
    if job.operation == ZIP and not await context.store.read(zips.results_of, job):
        return None  # all that was in it has been removed
    now = context.clock.now()
    if job.state in (S.DONE, S.UNDELIVERABLE):
        after = job.entering(S.READY, now=now, deadline_at=job.deadline_at)
        after = replace(after, reason=Reason.NONE, reason_text="")
    elif job.state is S.FAILED and job.task_id and job.reason in LOOK_AGAIN:
        deadline = now + context.schedule.wait(context.catalogue.terms(job.operation).deadline)
        after = job.entering(S.WAITING, now=now, deadline_at=deadline)
        after = replace(after, reason=Reason.NONE, reason_text="", polls=0, outcome_at=now)
    elif job.state in (S.FAILED, S.HELD) and job.notified_at is None:
        after = job
    else:
        return None
    here = replace(
        after,
        round=job.round + 1,
        due_at=now,
        notified_at=None,
        channel_id=origin.channel_id,
        upload_limit=origin.upload_limit,
        card_message_id=job.card_message_id if origin.channel_id == job.channel_id else NO_CARD,
    )
    return job if await context.store.write(removals.bring_back, job, here) else None


async def look_again(context: JobContext, job: Job, origin: Origin) -> Job | None:
    """Poll a task that may have more to give once more; what comes follows where its results are.

    None when there is nothing more to be had. Raises Rejected as `send_again` does.
    """
    if job.guild_id != origin.guild_id:
        return None
    if job.operation not in context.catalogue.operations:  # a zip, or of an edition that we no longer have
        return None
    if job.state is not S.DONE:
        return await send_again(context, job, origin) if job.state is S.FAILED else None
    now = context.clock.now()
    results = await context.store.read(clips.of_job, job.id)
    posted = await context.store.read(posts.of_round, job)
    short = absent(results, context.catalogue.terms(job.operation)) or any(one.error for one in results)
    until = now + context.schedule.wait(context.schedule.look_for) if short and job.task_id else None
    if unsaid(
        results, {position for post in posted for position in post.said}
    ):  # files that could not be had
        again = replace(job.entering(S.READY, now=now, due_at=now, deadline_at=until), notified_at=None)
    elif until is not None:
        again = replace(job, due_at=now, deadline_at=until, notified_at=None, polls=0, tries=0)
    else:
        return None
    return job if await context.store.write(transitions.save, job, again) else None
