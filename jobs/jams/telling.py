"""Say what is to be said of a jam, in order and each thing once: noted with a nonce before it leaves.

As with results, Discord folds repeats for a few minutes; after that the channel's history is searched.
"""

import logging
from dataclasses import replace

from jobs.context import JobContext
from jobs.engine.beside.rounds import NEVER
from jobs.engine.deliver import NONCE_SECONDS, is_folded
from jobs.jams.sounds import sound_for
from jobs.models.jam import EntryState, Jam, JamPost, JamState, Say
from jobs.models.jams.figures import JamFigures
from jobs.ports import FilesRefused, JamOutbox, NothingSent, PortError, Undeliverable
from jobs.rules.jams.clock import HOUR
from jobs.store.queries.jams import entries, jams, posts

log = logging.getLogger(__name__)

# What is of no interest any more once a jam is cancelled.
_OF_PHASES = (
    *(Say.MOVED, Say.OPENED, Say.CLOSED, Say.REMINDER, Say.GALLERY, Say.VOTE),
    *(Say.TURN, Say.AGAIN, Say.PART, Say.JOIN, Say.STALLED, Say.RESUMED),
)
# A channel that is closed may be so by mistake, which somebody notices.
_CLOSED_FOR = HOUR
# In one round, so that a long gallery holds up no other jam.
_AT_ONCE = 5


async def tell(context: JobContext, outbox: JamOutbox, jam: Jam) -> float:
    """Say some of it; return when there is more to say. What comes first holds up what follows."""
    unsent = (await context.store.read(posts.unsent, jam.id))[:_AT_ONCE]
    for post in unsent:
        if post.due_at > context.clock.now():
            return post.due_at
        try:
            message_id = await sent(context, outbox, jam, post)
            await context.store.write(posts.mark_sent, post.id, message_id)
            if message_id and await _is_void(context, post):  # that came about while it was under way
                await outbox.delete(jam, replace(post, message_id=message_id))
        except PortError as error:
            return await put_off(context, post, error)
    return 0.0 if unsent else NEVER  # there may be more, and what waits for the last of it goes on at once


async def sent(context: JobContext, outbox: JamOutbox, jam: Jam, post: JamPost) -> int:
    """Send one message, unless an earlier try has landed; its id, 0 where it is not to be said any more."""
    now = context.clock.now()
    tried = post.first_try_at is not None
    folded = is_folded(post.first_try_at, now)
    void = await _is_void(context, post)
    if tried and (void or not folded):
        found = await outbox.find(jam, post)
        if found is not None:
            return found
    if void:
        return _nothing(post, now)
    if not folded:
        await context.store.write(posts.mark_trying, post.id, now=now)
    # What it says is what is true when it leaves.
    current = await context.store.read(jams.by_id, jam.id) or jam
    figures = await context.store.read(jams.figures, current)
    files = await sound_for(context, current, post, figures)
    try:
        return await outbox.say(
            current, post, figures if files else await _unheard(context, current, post, figures), files
        )
    except FilesRefused:
        if tried:  # an earlier try may have landed with its file
            found = await outbox.find(jam, post)
            if found is not None:
                return found
        silent = replace(post, said={**post.said, "silent": True})
        return await outbox.say(current, silent, await _unheard(context, current, post, figures), ())


async def _unheard(context: JobContext, jam: Jam, post: JamPost, figures: JamFigures) -> JamFigures:
    """Note of an entry that is said without its sound that nobody votes for it; the message says so."""
    if post.name is not Say.GALLERY or jam.about.branches:  # those were heard as they were made
        return figures
    await context.store.write(entries.mute, post.entry_id or 0)
    return await context.store.read(jams.figures, jam)


def _nothing(post: JamPost, now: float) -> int:
    """Leave a message unsaid. Raises NothingSent while an earlier try may still land, and be found."""
    if is_folded(post.first_try_at, now):
        raise NothingSent("an earlier try may still land", retry_after=NONCE_SECONDS)
    return 0


async def _is_void(context: JobContext, post: JamPost) -> bool:
    """Whether what was to be said has gone meanwhile: the entry was removed, or the jam cancelled."""
    if post.name is Say.GALLERY and post.entry_id is not None:
        entry = await context.store.read(entries.by_id, post.entry_id)
        if entry is None or entry.state is not EntryState.ENTERED:
            return True
    jam = await context.store.read(jams.by_id, post.jam_id)
    if jam is not None and post.name is Say.REMINDER and jam.state.value != post.said["phase"]:
        return True
    return jam is None or (jam.state is JamState.CANCELLED and post.name in _OF_PHASES)


async def put_off(context: JobContext, post: JamPost, error: PortError) -> float:
    """Try again later, with the same nonce; after an hour without a channel, or a day, it stays unsaid."""
    now = context.clock.now()
    tried_for = _CLOSED_FOR if isinstance(error, Undeliverable) else context.schedule.deliver_for
    if now >= post.created_at + context.schedule.wait(tried_for):
        log.warning("jam %s: %s cannot be said (%s)", post.jam_id, post.name.value, error.text)
        await context.store.write(posts.mark_sent, post.id, 0)
        return now
    due_at = now + context.schedule.after_failure(post.tries, error.retry_after)
    log.warning("jam %s: %s not said yet (%s)", post.jam_id, post.name.value, error.text)
    await context.store.write(posts.put_off, post, due_at=due_at)
    return due_at
