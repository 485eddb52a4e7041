"""Play the songs of a listening party: each a message of its own, in its time, once."""

import logging
from contextlib import suppress
from dataclasses import replace

from jobs.context import JobContext
from jobs.engine.beside.rounds import NEVER
from jobs.jams.sounds import IN_CALLS, sound_of
from jobs.jams.telling import put_off, sent
from jobs.models.jam import EntryState, Jam, JamPost
from jobs.ports import JamOutbox, NothingSent, PortError
from jobs.rules.jams.clock import heard_after
from jobs.store.queries.jams import entries, jams, parties, posts

log = logging.getLogger(__name__)

# A call may take so long to begin, and a song to be made ready for it. Not scaled.
_CALL_BEGINS = 60.0
_HEARD = (EntryState.ENTERED, EntryState.SPARE)


async def play(context: JobContext, outbox: JamOutbox, jam: Jam) -> float:
    """Play what is due; return when there is more to play."""
    next_at = NEVER
    for post in await context.store.read(posts.next_tracks, jam.id):
        early = post.due_at > context.clock.now()
        next_at = min(next_at, post.due_at if early else await _guarded(context, outbox, jam, post))
    return next_at


async def _guarded(context: JobContext, outbox: JamOutbox, jam: Jam, post: JamPost) -> float:
    """Play one song; what goes wrong with it is the party's alone, and not the jam's."""
    try:
        return await _play(context, outbox, jam, post)
    except PortError as error:
        return await put_off(context, post, error)
    except Exception:
        log.exception("jam %s: an internal error in a listening party", jam.id)
        return await put_off(context, post, NothingSent("an internal error"))


async def _play(context: JobContext, outbox: JamOutbox, jam: Jam, post: JamPost) -> float:
    entry = await context.store.read(entries.by_id, post.entry_id or 0)
    # The end of a call, or an entry that has left the jam: the next comes at once.
    if entry is None or entry.state not in _HEARD:
        now = context.clock.now()
        await context.store.write(parties.played, post, 0, next_at=now, now=now)
        return now
    file = await sound_of(context, jam, entry)  # which may take its time
    unheard = bool(post.said.get("voice")) and file is not None and file.suffix not in IN_CALLS
    figures = await context.store.read(jams.figures, jam)
    clip = next((one.clip for one in figures.standings if one.entry.id == entry.id), None)
    now = context.clock.now()
    wait = context.schedule.wait(heard_after(clip.duration if clip else None, float(post.said["every"])))
    if post.said.get("voice") and not unheard and file is not None:
        wait += _CALL_BEGINS  # it is set anew once the song plays
    shown = replace(post, said={**post.said, "next": now + wait, "silent": file is None, "unheard": unheard})
    message_id = await sent(context, outbox, jam, shown)
    there = replace(shown, message_id=message_id)
    goes_on = await context.store.write(parties.played, post, message_id, next_at=now + wait, now=now)
    with suppress(PortError):  # it is in the channel, and no more is to be said of it
        if not goes_on:
            await outbox.delete(jam, there)  # it was stopped while this was under way
        elif message_id and post.first_try_at is not None:  # the one that landed may say another time
            await outbox.edit(jam, there, figures)
    return now  # when the next is due, the next round reads
