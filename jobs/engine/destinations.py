"""Where results go: the command's channel, the server's own for results, or the song's thread."""

from collections.abc import Sequence

from jobs.context import JobContext
from jobs.models import Clip, Job
from jobs.models.states import JobState
from jobs.ports import NothingSent
from jobs.store.queries import guilds, jobs

# So often may opening a thread fail before the results go to the channel.
_THREAD_TRIES = 2
# Other results get a song's thread only if they were made from it.
_SOUND = frozenset({"song", "upload", "stem", "wav"})


async def check_open(context: JobContext, job: Job) -> None:
    """Before anything is fetched: nothing is sent to a channel that is limited. Raises NothingSent."""
    await context.outbox.ready()
    channel = job.destination
    if job.state is JobState.READY and not job.round and job.thread_id is None:
        chosen = await context.store.read(guilds.settings, job.guild_id)
        channel = chosen.results_channel or channel
    left = context.limited.get(channel, 0.0) - context.clock.now()
    if left > 0:
        raise NothingSent("the channel is limited", retry_after=left)


async def destination_of(context: JobContext, job: Job, clips: Sequence[Clip]) -> int | None:
    """The channel for results or thread of a job; None for the channel of the command.

    A thread is opened on the job's card, which can have only one, so asking twice opens one. Results sent
    again go where that was asked for. Raises NothingSent.
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
    try:
        return await context.outbox.thread(job, named.title)
    except NothingSent:
        if job.tries < _THREAD_TRIES:
            raise
        return None  # better beside its thread than not at all
