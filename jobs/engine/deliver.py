"""From `ready` to `done`: post the results, what came later, or the bad news, exactly once.

The messages are planned and committed first, each with a nonce, and an attempt is noted before it leaves.
Discord folds repeats of a nonce for a few minutes; after that the channel's history is searched for it (it is
hidden in the buttons) before posting again.
"""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from jobs.context import JobContext
from jobs.engine import album
from jobs.engine.copies import send_copies
from jobs.engine.destinations import check_open, destination_of
from jobs.engine.endings import delivered
from jobs.engine.fetch import Fetched, FilesLate, fetch_all, fetch_cover, folder_of, keep_or_drop
from jobs.engine.hidden import delivery
from jobs.engine.zips import zipped
from jobs.models import Attachment, Clip, Job, Planned, Post, Reason
from jobs.models.jams.album import ALBUM
from jobs.models.operations import ZIP
from jobs.models.states import JobState
from jobs.ports import ChannelLimited, FilesRefused, FileTooBig, NothingSent, PortError, Undeliverable
from jobs.rules.attachments import (
    COVER,
    MAX_FILES,
    MAX_REQUEST_BYTES,
    PAPERS_BYTES,
    split_into_messages,
    split_into_zips,
)
from jobs.rules.completeness import absent, unsaid
from jobs.store.queries import jobs, posts, transitions
from jobs.store.queries.library import zips

log = logging.getLogger(__name__)

# Discord checks nonces for "the past few minutes", and a post may take two to land. Not scaled.
NONCE_SECONDS = 90.0
# The longest that a post is under way: the outbox gives it two minutes.
_LANDS_SECONDS = 120.0
# Time alone gives nothing up: after a day offline each delivery still gets these tries.
_FAIR_TRIES = 10
# Files that are late are asked for twice a minute at least.
_RAREST = 4


async def deliver(context: JobContext, job: Job) -> None:
    own, again = folder_of(context.spool, job), False
    try:
        bring = delivery.keep if await delivery.is_hidden(context, job) else _deliver
        await bring(context, job, own)
    except PortError as error:
        again = await _put_off(context, job, error)
    finally:
        keep_or_drop(context.spool, own, again=again)


async def _put_off(context: JobContext, job: Job, error: PortError) -> bool:
    """Try again later, with the same nonces; False if the delivery has ended instead."""
    current = await context.store.read(jobs.by_id, job.id)  # it may be `posting` by now
    if current is None or current.round != job.round or current.state not in (job.state, JobState.POSTING):
        return False  # given up, or asked for again
    now = context.clock.now()
    if isinstance(error, Undeliverable) and current.thread_id is not None:
        log.warning("job %s: its thread is closed (%s); to the channel instead", job.id, error.text)
        await context.store.write(transitions.save, current, replace(current, thread_id=None, due_at=now))
        return True
    late = now >= current.state_at + context.schedule.wait(context.schedule.deliver_for)
    if (late and current.tries >= _FAIR_TRIES) or isinstance(error, Undeliverable):
        await _mark_undeliverable(context, current, error)
        return False
    tries = min(current.tries, _RAREST) if isinstance(error, FilesLate) else current.tries
    wait = context.schedule.after_failure(tries, error.retry_after)
    if isinstance(error, ChannelLimited):
        context.limited[current.destination] = now + wait
    log.warning("job %s not posted yet (%s); again in %.1f s", job.id, error.text, wait)
    later = replace(current, due_at=now + wait, tries=current.tries + 1)
    await context.store.write(transitions.save, current, later)
    return True


async def _deliver(context: JobContext, job: Job, own: Path) -> None:
    with_results = job.state in (JobState.READY, JobState.POSTING)
    results = await context.store.read(zips.results_of, job) if with_results else []
    await check_open(context, job)
    fetched = Fetched()
    messages = await context.store.read(posts.of_round, job)
    # News that may be in the channel by an earlier try, as they were then.
    earlier = [] if with_results else [post.id for post in messages if post.first_try_at is not None]
    if with_results:
        wanted = _to_post(results, messages)
        if job.state is JobState.POSTING:
            planned = {position for post in messages for position in post.said}
            wanted = [clip for clip in wanted if clip.position in planned]
        fetch = album.fetch if ALBUM in job.params else fetch_all
        fetched = await fetch(context, job, wanted, results, own)
        await delivery.keep_open(context, job, fetched.files)
    unsent = with_results or job.notified_at is None
    if job.state is JobState.READY or (unsent and not messages):
        job = await _plan(context, job, results, fetched, messages)
        messages = await context.store.read(posts.of_round, job)
    for post in messages:
        if unsent and post.message_id is None:
            await _send(context, job, post, results, fetched, own)
    if earlier:
        await _put_right(context, job, earlier)
    now = context.clock.now()
    if job.state is not JobState.POSTING:
        await context.store.write(jobs.told, job, now=now)
        context.metrics.delivered("news")
        return
    done = delivered(context, job, now=now)
    await context.store.write(transitions.save, job, done)
    log.info("job %s is delivered%s", job.id, "" if done.due_at is None else " so far")
    context.metrics.delivered("results")
    await send_copies(context, done)


async def _put_right(context: JobContext, job: Job, earlier: Sequence[int]) -> None:
    """Change what was said of a job to what is true now; it pings nobody again."""
    for post in await context.store.read(posts.of_round, job):
        if post.id in earlier and post.message_id:
            await context.outbox.edit(job, post)


def _to_post(results: Sequence[Clip], messages: Sequence[Post]) -> list[Clip]:
    """The good results that are in no message of this round which is in the channel."""
    posted = {position for post in messages if post.message_id is not None for position in post.said}
    return unsaid(results, posted)


async def _plan(
    context: JobContext, job: Job, results: list[Clip], fetched: Fetched, messages: Sequence[Post]
) -> Job:
    """Commit the split into messages; from now on, as `posting` says, one may be under way."""
    planned = _messages(context, job, results, fetched, messages)
    if job.state is not JobState.READY:
        await context.store.write(posts.plan, job, planned)
        return job
    # What comes later belongs where the first results are.
    thread_id = job.thread_id if messages else await destination_of(context, job, results)
    now = context.clock.now()
    more_at = job.deadline_at or (now if fetched.late else None)
    posting = job.entering(JobState.POSTING, now=now, due_at=now, deadline_at=more_at, tries=job.tries)
    posting = replace(posting, thread_id=thread_id)
    await context.store.write(transitions.save, job, posting, plan=planned)
    return posting


def _messages(
    context: JobContext, job: Job, results: Sequence[Clip], fetched: Fetched, messages: Sequence[Post]
) -> list[Planned]:
    """Split what is to be said; the first of the messages also says what failed, is lost, and is missing."""
    new = [clip for clip in _to_post(results, messages) if clip.position not in fetched.late]
    good = [clip.position for clip in new if clip.position not in fetched.lost]
    # The first message of songs also carries a cover.
    room = MAX_FILES - 1 if any(clip.image_url for clip in new) else MAX_FILES
    sizes = {position: file.path.stat().st_size for position, file in fetched.files.items()}
    if job.operation == ZIP:
        beside = PAPERS_BYTES if ALBUM in job.params else 0
        limit = min(job.upload_limit, MAX_REQUEST_BYTES)
        split = split_into_zips(good, sizes, limit=limit, beside=beside)
    else:
        split = split_into_messages(good, sizes, max_files=room) or [((), ())]
    first = Planned(len(messages), secrets.token_hex(8), *split[0])
    if job.state is JobState.READY:
        told = {position for post in messages for position in post.failed} if new else set()
        failed = tuple(clip.position for clip in results if clip.error and clip.position not in told)
        missing = absent(results, context.catalogue.terms(job.operation)) if job.task_id else ()
        missing = tuple(sorted({*missing, *fetched.late}))
        first = first._replace(lost=tuple(sorted(fetched.lost)), failed=failed, missing=missing)
    later = [Planned(first.seq + n, secrets.token_hex(8), *each) for n, each in enumerate(split[1:], 1)]
    return [first, *later]


async def _send(
    context: JobContext, job: Job, post: Post, clips: list[Clip], fetched: Fetched, own: Path
) -> None:
    planned, post = post, _as_fetched(post, fetched)
    positions = {*post.said, *post.lost, *post.failed}
    mine = [clip for clip in clips if clip.position in positions]
    attached = [fetched.files[position] for position in post.attached]
    if job.operation == ZIP:
        papers = await album.papers(context, job, post, fetched, own)
        total = len(await context.store.read(posts.of_round, job))
        attached = await zipped(job, post, attached, own, total=total, beside=papers)
        attached += [file for file in papers if file.name.startswith(COVER)]
    elif post.missing is not None and post.said:  # before reading the clock, as this may take minutes
        attached += await fetch_cover(context, mine, own)
    now = context.clock.now()
    fresh, message_id = is_folded(post.first_try_at, now), None
    if post.first_try_at is not None and (post != planned or not fresh):
        message_id = await context.outbox.find(job, post)
    if message_id is None:
        if post != planned:
            if fresh:  # Discord would fold it into a try that is still under way, which holds other files
                raise NothingSent("its files are others than at the last try", retry_after=_LANDS_SECONDS)
            await context.store.write(posts.revise, post)
        if not fresh:
            # No attempt so far has landed. The next search begins here: after hours of attempts in a busy
            # channel the first one would lie further back than a search can go.
            await context.store.write(posts.mark_trying, post, now=now)
        message_id = await _post(context, job, post, clips, attached)
    await context.store.write(posts.mark_posted, post, message_id, job.destination)


def _as_fetched(post: Post, fetched: Fetched) -> Post:
    """The message as its files are now: after a restart a file that was there may be a link, or lost."""
    attached = tuple(position for position in post.attached if position in fetched.files)
    lost = tuple(position for position in post.said if position in fetched.lost)
    linked = tuple(position for position in post.said if position not in {*attached, *lost})
    return replace(post, attached=attached, linked=linked, lost=tuple(sorted({*post.lost, *lost})))


async def _post(
    context: JobContext,
    job: Job,
    post: Post,
    results: list[Clip],
    attached: list[Attachment],
    *,
    too_many: int = 1,
) -> int:
    """Send one message; its id. An earlier try may have landed, or may still, so a refusal is not the end.

    Files that are too large go as links: the largest `too_many` first, if that is not enough twice as many.
    """
    try:
        return await context.outbox.post(job, post, results, attached)
    except (FilesRefused, Undeliverable) as error:
        if post.first_try_at is not None and (found := await _landed(context, job, post, error)):
            return found
        if isinstance(error, Undeliverable):
            raise
        by_size = sorted(attached, key=lambda file: file.path.stat().st_size, reverse=True)
        left = by_size[too_many:] if isinstance(error, FileTooBig) else []
    log.info("job %s: the channel takes %s of %s files; links instead", job.id, len(left), len(attached))
    kept = sorted(file.position for file in left if file.position is not None)
    nonce = secrets.token_hex(8)
    await context.store.write(posts.link_instead, post, kept=kept, nonce=nonce)
    await context.store.write(posts.mark_trying, post, now=context.clock.now())
    fewer = replace(
        post,
        nonce=nonce,
        first_try_at=None,
        attached=tuple(kept),
        linked=tuple(sorted({*post.said} - {*kept})),
    )
    attached = [file for file in attached if file in left]
    return await _post(context, job, fewer, results, attached, too_many=2 * too_many)


def is_folded(first_try_at: float | None, now: float) -> bool:
    """Whether Discord folds a repeat; after the clock was set back, the age of the first try is unknown."""
    return first_try_at is not None and 0.0 <= now - first_try_at <= NONCE_SECONDS


async def _landed(context: JobContext, job: Job, post: Post, refusal: PortError) -> int | None:
    """Find the message of an earlier try that may still be under way: links would be another one to Discord.

    A closed channel cannot be searched, which is no error. Raises NothingSent while repeats are folded.
    """
    try:
        found = await context.outbox.find(job, post)
    except PortError:
        if isinstance(refusal, Undeliverable):
            return None
        raise
    if found is not None or isinstance(refusal, Undeliverable):
        return found
    if is_folded(post.first_try_at, context.clock.now()):
        raise NothingSent(refusal.text, retry_after=_LANDS_SECONDS)
    await asyncio.sleep(_LANDS_SECONDS)
    return await context.outbox.find(job, post)


async def _mark_undeliverable(context: JobContext, job: Job, error: PortError) -> None:
    """End a delivery without a channel: results are kept for "send again", bad news for `/jobs`."""
    log.warning("job %s cannot be delivered (%s)", job.id, error.text or type(error).__name__)
    context.metrics.delivered("nowhere")
    now = context.clock.now()
    if job.state in (JobState.READY, JobState.POSTING):
        after = job.entering(JobState.UNDELIVERABLE, now=now, deadline_at=job.deadline_at)
        after = replace(after, reason=Reason.CHANNEL, reason_text=error.text)
    else:
        after = replace(job, due_at=None)
    await context.store.write(transitions.save, job, after)
