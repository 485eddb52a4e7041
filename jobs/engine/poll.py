"""From `waiting` to `ready`: asking the API how a task is doing."""

import logging
from collections.abc import Sequence

from jobs.context import Workshop
from jobs.models import Job, Reason, Result
from jobs.models.states import JobState
from jobs.orders.results import clips_of
from jobs.ports import Declined, PortError

log = logging.getLogger(__name__)

# Right after a submit the API may not know its own task yet; a proxy that times out uses the very words
# of a task that did; what is retired is the making, and the task may still be there; and when it shows fewer
# results than expected, all finished, the missing ones may still come. All four are doubted so often in a
# row: looks cost nothing, and the song is paid for.
_DOUBTS = 3


async def look(shop: Workshop, job: Job) -> float | None:
    """One look. Ends in `ready`, `failed`, or in a later look: then the time of that one."""
    try:
        found = await shop.api.look(job.provider, job.task_id, job.account)
    except Declined as error:
        if _may_pass(shop, job, error.reason):
            return await _later(shop, job, error)
        await shop.fail(job, error.reason, error.text)
    except PortError as error:
        # After a long absence the deadline alone ends no song that may have been ready for hours.
        if not _over(shop, job) or job.tries < _DOUBTS:
            return await _later(shop, job, error)
        await shop.fail(job, Reason.DEADLINE, error.text)
    else:
        return await _seen(shop, job, found.results)
    return None


async def _seen(shop: Workshop, job: Job, results: Sequence[Result]) -> float | None:
    finished = bool(results) and all(result.state != "running" for result in results)
    short = finished and len(results) < shop.catalogue.terms(job.operation).clips
    if not short:
        shop.doubts.pop(job.id, None)
    if finished and not (short and not _over(shop, job) and _doubted(shop, job)):
        await _finish(shop, job, results)
    elif _over(shop, job):
        kept = [result for result in results if result.state == "succeeded"]
        if kept:
            await _finish(shop, job, kept)
        else:
            await shop.fail(job, Reason.DEADLINE)
    else:
        now = shop.clock.now()
        wait = shop.schedule.next_look(shop.catalogue.terms(job.operation), job.looks)
        await shop.store.put_off(job, due_at=now + wait, looks=job.looks + 1, tries=0)
        return now + wait
    return None


async def _finish(shop: Workshop, job: Job, results: Sequence[Result]) -> None:
    if not any(result.state == "succeeded" for result in results):
        reason = next((result.error for result in results if result.error), "")
        await shop.fail(job, Reason.TASK, reason)
        return
    now = shop.clock.now()
    kind = shop.catalogue.terms(job.operation).makes
    clips = await clips_of(shop.store, job, results, kind=kind, now=now)
    log.info("job %s is ready: %s results", job.id, len(clips))
    shop.forget_durations(job.operation)
    await shop.store.move(
        job, JobState.READY, now=now, clips=clips, due_at=now, finished_at=now, reason_text=""
    )


async def _later(shop: Workshop, job: Job, error: PortError) -> float:
    """The look itself went wrong: it costs nothing to repeat. When that is."""
    now = shop.clock.now()
    due = now + shop.schedule.after_failure(job.tries, error.retry_after)
    if job.deadline_at is not None and job.deadline_at > now:
        due = min(due, job.deadline_at)
    log.warning("job %s: a look failed (%s); again in %.1f s", job.id, error.text, due - now)
    await shop.store.put_off(job, due_at=due, looks=job.looks, tries=job.tries + 1)
    return due


def _may_pass(shop: Workshop, job: Job, reason: Reason) -> bool:
    """Whether what the API says of the task may be otherwise at the next look."""
    if reason is Reason.FORGOTTEN and _young(shop, job):
        return True
    return reason in (Reason.FORGOTTEN, Reason.TASK, Reason.RETIRED) and _doubted(shop, job)


def _doubted(shop: Workshop, job: Job) -> bool:
    """Whether an answer that may not be the last word is doubted once more.

    Counted apart from looks that failed, which say nothing about the task. Not kept in the row: after a
    restart a few more looks do no harm.
    """
    shop.doubts[job.id] += 1
    if shop.doubts[job.id] <= _DOUBTS:
        return True
    del shop.doubts[job.id]
    return False


def _young(shop: Workshop, job: Job) -> bool:
    """Whether such a job is usually not done yet."""
    usually = shop.schedule.wait(shop.catalogue.terms(job.operation).usually)
    return shop.clock.now() < (job.answered_at or 0.0) + usually


def _over(shop: Workshop, job: Job) -> bool:
    return job.deadline_at is not None and shop.clock.now() >= job.deadline_at
