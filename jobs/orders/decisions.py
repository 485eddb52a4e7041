"""What people decide about a job that has stopped: cancel it, try it again, send its results again."""

from dataclasses import replace

from jobs.context import Workshop
from jobs.models import NO_CARD, Booking, Job, JobChanges, Reason, Visit
from jobs.models.states import JobState, S
from jobs.orders.quote import Till
from jobs.rules.admission import Offer, Refusal

# Failures after which the API may still finish the task.
LOOK_AGAIN = frozenset({Reason.DEADLINE, Reason.FORGOTTEN, Reason.INTERNAL})


async def cancel(shop: Workshop, job: Job) -> Job | None:
    """Cancel a job from which nothing has been spent, or give up a held one; None when it is too late."""
    if job.state not in (S.ACCEPTED, S.HELD):
        return None
    now = shop.clock.now()
    # A held job may have been paid for: its credits count as spent until the balance says otherwise.
    held = job.state is S.HELD
    lost = job.lost_credits + (job.price if held else 0)
    book: list[Booking] = ["settled" if held else "released"]
    if not await shop.store.move(
        job, S.CANCELLED, now=now, book=book, told_at=now, finished_at=now, lost_credits=lost
    ):
        return None
    return replace(job, state=JobState.CANCELLED, lost_credits=lost)


async def retry(shop: Workshop, till: Till, job: Job, visit: Visit) -> Job | None:
    """Submit a held job again, at its price; None when it is not held any more.

    It passes the gate like a new order of its requester, with the roles of whoever decides.

    Raises:
        Refusal: The gate said no, or another key pays by now; the job is held as before.
    """
    if job.state is not S.HELD:
        return None
    if shop.account_of(job.guild_id) != job.account:
        raise Refusal("key_changed")
    offer = await till.offer(job.order, visit, None, agreed=job.price)
    offer = replace(offer, price=job.price, again=job.price, confirmed=True)
    asked = replace(visit, user_id=job.user_id)
    moved = await till.insist(offer, lambda offer: _retry(shop, job, asked, offer))
    return job if moved else None


async def _retry(shop: Workshop, job: Job, visit: Visit, offer: Offer) -> bool:
    now = shop.clock.now()
    return await shop.store.retry(
        job,
        visit,
        offer,
        now=now,
        due_at=now,
        deadline_at=now + shop.schedule.wait(shop.schedule.queue_for),
        round=job.round + 1,
        submit_at=None,
        answered_at=None,
        told_at=None,
        reason=Reason.NONE,
        looks=0,
        lost_credits=job.lost_credits + job.price,
    )


async def send_again(shop: Workshop, job: Job, visit: Visit) -> Job | None:
    """Deliver results once more, here; look again at a task given up on; tell news that could not be told.

    None when there is none of these.

    Raises:
        Refusal: The bot may not post here.
    """
    if job.guild_id != visit.guild_id:
        return None
    if visit.missing_permissions:
        raise Refusal("permissions", names=visit.missing_permissions)
    now = shop.clock.now()
    here: JobChanges = {
        "round": job.round + 1,
        "due_at": now,
        "told_at": None,
        "channel_id": visit.channel_id,
        "upload_limit": visit.upload_limit,
        "card_message_id": job.card_message_id if visit.channel_id == job.channel_id else NO_CARD,
    }
    anew: JobChanges = {**here, "reason": Reason.NONE, "reason_text": ""}
    if job.state in (S.DONE, S.UNDELIVERABLE):
        moved = await shop.store.move(job, S.READY, now=now, **anew)
    elif job.state is S.FAILED and job.task_id and job.reason in LOOK_AGAIN:
        deadline = now + shop.schedule.wait(shop.catalogue.terms(job.operation).deadline)
        watched: JobChanges = {**anew, "deadline_at": deadline, "looks": 0, "answered_at": now}
        moved = await shop.store.move(job, S.WAITING, now=now, **watched)
    elif job.state in (S.FAILED, S.HELD) and job.told_at is None:
        moved = await shop.store.touch(job, **here)
    else:
        return None
    return job if moved else None
