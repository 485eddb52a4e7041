"""Where results are posted: in the channel of the command, in one for all results, or in a thread a song."""

from collections.abc import Sequence

from jobs.context import JobContext
from jobs.models import Clip, Job
from jobs.store.queries import guilds, jobs

# What is no sound belongs to no song's thread unless it was made from one.
_SOUND = frozenset({"song", "upload", "stem", "wav"})


async def destination_of(context: JobContext, job: Job, clips: Sequence[Clip]) -> int | None:
    """Where the results of a job go, if not into the channel itself: a channel for results, or a thread.

    A thread is opened on the job's card, which can have one only, so that asking twice opens one. What is
    sent again goes where it was asked for. What Discord does not take there goes into the channel itself.

    Raises:
        NothingSent: Discord cannot say now; try later.
    """
    chosen = await context.store.read(guilds.settings, job.guild_id)
    if job.round:
        return None
    if chosen.results_channel is not None:
        return None if chosen.results_channel == job.channel_id else chosen.results_channel
    return await _thread_for(context, job, clips) if chosen.threads else None


async def _thread_for(context: JobContext, job: Job, clips: Sequence[Clip]) -> int | None:
    inherited = await context.store.read(jobs.thread_of, job)
    if inherited is not None:
        return inherited
    named = next((clip for clip in clips if not clip.error and clip.kind in _SOUND), None)
    if named is None or not job.card_message_id:
        return None
    return await context.outbox.thread(job, named.title)
