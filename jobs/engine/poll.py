"""From `waiting` to `ready`, and beyond: asking the API how a task is doing until all its results are there.

What is ready is posted after a short patience. The job is then `done`, but is polled while more may come, and
becomes `ready` again each time that there is something to say.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

from jobs.context import JobContext
from jobs.engine import endings
from jobs.models import Clip, Job, Reason
from jobs.models.states import JobState
from jobs.orders.operation_history import remember_duration
from jobs.orders.results import clips_of, without_source
from jobs.rules.api_errors import end_of
from jobs.rules.completeness import Progress, Step, absent, next_step, unsaid
from jobs.store.queries import clips, jobs, posts, transitions
from musicapi import ClipState, MusicApiError, Refused, TaskStatus

log = logging.getLogger(__name__)

# Polls that fail become rarer up to so many, which is one a minute: they are free, and the song is paid for.
_RAREST = 5


async def poll(context: JobContext, job: Job) -> float | None:
    """Poll once; return when to poll again, unless the job has come to another state."""
    if not context.accounts.keyring.knows(job.account):
        await context.accounts.keyring.refresh(context.store, job.account)
    called = context.webhooks.was_called(job.id)
    if called:
        log.info("job %s: the API says that its task is over", job.id)
    try:
        found = await context.api.poll(job.provider, job.task_id, job.account)
    except MusicApiError as error:
        due = await _unanswered(context, job, error)
    else:
        context.unanswered.pop(job.id, None)
        found = without_source(found, context.catalogue, job)
        due = await _answered(context, job, found, called=called)
    return context.clock.now() if await poll_if_called(context, job) else due


async def poll_if_called(context: JobContext, job: Job) -> bool:
    """After it was written when a job is due: let a call that came meanwhile count; whether one did."""
    if not context.webhooks.was_called(job.id):
        return False
    return await context.store.write(jobs.poll_now, job.id, now=context.clock.now())


async def _unanswered(context: JobContext, job: Job, error: MusicApiError) -> float | None:
    """End the job if this is the API's word about its task; anything else only costs time."""
    now = context.clock.now()
    progress = await _progress(context, job)
    step, at = next_step(progress, context.catalogue.terms(job.operation), context.schedule, now)
    # Not stored: after an absence the deadline alone must not end a song that may have been ready for hours.
    doubted = now - context.unanswered.setdefault(job.id, now)
    if error.ends_task:
        step = Step.END
    elif step is Step.END and doubted < context.schedule.wait(context.schedule.doubt_for):
        step = Step.WAIT
    if step is Step.WAIT:
        return await _later(context, job, error, at)
    del context.unanswered[job.id]
    if step is Step.END and not any(not result.error for result in progress.results):
        # What is no word of the API's is one of ours.
        words = error.reason if error.ends_task or isinstance(error, Refused) else ""
        await endings.fail(context, job, end_of(error), words, refunded=error.refunded)
    else:
        await _go_on(context, job, progress, step)
    return None


async def _answered(context: JobContext, job: Job, found: TaskStatus, *, called: bool) -> float | None:
    now, terms = context.clock.now(), context.catalogue.terms(job.operation)
    ended = any(clip.state is not ClipState.RUNNING for clip in found.clips)
    before = Progress((), running=True, deadline=job.deadline_at or now)
    if ended or job.state is JobState.DONE or now >= before.deadline:
        before = await _progress(context, job)
    results = await clips_of(
        context.store, context.catalogue, job, found.clips, now=now, known=before.results
    )
    heard = {result.clip_id for result in results if not result.error}
    running = any(clip.state is ClipState.RUNNING and clip.clip_id not in heard for clip in found.clips)
    progress = replace(
        before, results=results, running=running or (not found.clips and bool(absent(results, terms)))
    )
    step, at = next_step(progress, terms, context.schedule, now)
    if job.state is JobState.WAITING and found.finished:
        context.webhooks.learn(terms, came=called)
    if step is not Step.WAIT:
        await _go_on(context, job, progress, step, refunded=found.refunded)
        return None
    told = job.state is JobState.WAITING and context.webhooks.come_for(terms)
    pause = context.schedule.next_poll(terms, job.polls, told=told)
    due = min(now + (context.schedule.wait(context.schedule.after_call) if called else pause), at)
    if _kinds(results) == _kinds(before.results):
        await context.store.put_off(job, due_at=due, polls=job.polls + 1, tries=0)
    else:
        later = replace(job, due_at=due, polls=0, tries=0)
        await context.store.write(transitions.save, job, later, results=results)
    return due


async def _progress(context: JobContext, job: Job) -> Progress:
    """What is known without a new answer."""
    results = await context.store.read(clips.of_job, job.id)
    messages = await context.store.read(posts.of_round, job) if job.state is JobState.DONE else ()
    return Progress(
        results,
        running=True,
        deadline=job.deadline_at or context.clock.now(),
        posted=job.state is JobState.DONE,
        said={position for post in messages for position in (*post.said, *post.lost)},
        told={position for post in messages for position in post.failed},
    )


async def _go_on(
    context: JobContext, job: Job, progress: Progress, step: Step, *, refunded: bool = False
) -> None:
    """Have what is there posted, or end the job: without results as failed, without news in silence."""
    now, results = context.clock.now(), progress.results
    if not any(not result.error for result in results):
        reason = Reason.DEADLINE if progress.running else Reason.TASK
        words = next((result.error for result in results), "")
        told = "" if progress.running else words
        await endings.fail(context, job, reason, told, refunded=refunded)
        return
    if step is Step.END and progress.posted and not _news(context, job, progress):
        await context.store.write(jobs.look_no_more, job)
        return
    # A deadline that somebody who looks again has set is kept; that of the task was for its first results.
    until = None
    if step is Step.POST:
        until = max(job.deadline_at or now, now) if progress.posted else now
    ready = job.entering(JobState.READY, now=now, due_at=now, deadline_at=until)
    if job.state is JobState.WAITING:
        ready = replace(ready, finished_at=now, reason_text="")
        remember_duration(context, job, ended_at=now)
    log.info("job %s is ready: %s results%s", job.id, len(results), " so far" if until else "")
    await context.store.write(transitions.save, job, ready, results=results)


def _news(context: JobContext, job: Job, progress: Progress) -> bool:
    """Whether the end of a job whose results are posted is worth a word."""
    terms = context.catalogue.terms(job.operation)
    failed = {result.position for result in progress.results if result.error}
    return bool(
        job.notified_at is None  # somebody has asked
        or unsaid(progress.results, progress.said)
        or absent(progress.results, terms)
        or failed - set(progress.told)
    )


async def _later(context: JobContext, job: Job, error: MusicApiError, at: float) -> float:
    """Put off a poll that failed, as it is free; return the time of the next."""
    now = context.clock.now()
    due = now + context.schedule.after_failure(min(job.tries, _RAREST), error.retry_after)
    if at > now:
        due = min(due, at)
    log.warning("job %s: a poll failed (%s); again in %.1f s", job.id, error.reason, due - now)
    await context.store.put_off(job, due_at=due, polls=job.polls, tries=job.tries + 1)
    return due


def _kinds(results: Sequence[Clip]) -> set[tuple[int, bool]]:
    return {(result.position, bool(result.error)) for result in results}
