"""Where a server wants it, a song and all that is made from it are posted in one thread."""

from collections.abc import Sequence

from jobs.models import Clip, Job
from jobs.workshop import Workshop

# What is no sound belongs to no song's thread unless it was made from one.
_SOUND = frozenset({"song", "upload", "stem", "wav"})


async def thread_for(shop: Workshop, job: Job, clips: Sequence[Clip]) -> int | None:
    """The thread for the results of a job; None for the channel itself.

    Opened on the job's card, which can have one thread only, so that asking twice opens one. What is sent
    again goes where it was asked for.

    Raises:
        NothingSent: Discord cannot say now; try later.
    """
    if job.round or not (await shop.store.settings(job.guild_id)).threads:
        return None
    inherited = await shop.store.thread_of(job)
    if inherited is not None:
        return inherited
    named = next((clip for clip in clips if not clip.error and clip.kind in _SOUND), None)
    if named is None or not job.card_message_id:
        return None
    return await shop.outbox.thread(job, named.title)
