"""Keep the messages of a jam true: the panel, rarely; and the gallery, once it is told whose it is."""

import logging

from jobs.context import JobContext
from jobs.engine.beside.rounds import NEVER
from jobs.models.jam import HIDING, RUNNING, EntryState, Jam, JamState, Say
from jobs.models.jams.figures import JamFigures
from jobs.ports import JamOutbox, PortError, Undeliverable
from jobs.store.queries.jams import entries, jams, posts

log = logging.getLogger(__name__)

# An edit beside the clock would tell what somebody has just done. Not scaled.
PANEL_EVERY = 30.0
# Who takes part in turns is no secret; it would be many edits.
OPEN_PANEL_EVERY = 5.0
_RETRY_SECONDS = 15.0
_AT_ONCE = 5


async def show_panel(context: JobContext, outbox: JamOutbox, jam: Jam) -> float:
    """Have the panel show how the jam stands, at whole half minutes; return when it is stale next."""
    entered, used, members = await context.store.read(jams.of_panel, jam)
    state = JamState.DONE if jam.state is JamState.SHOWING else jam.state
    wanted = f"{state} {jam.due_at:.0f} {entered} {used} {members}"
    last_at, _, shown = jam.shows.partition("|")
    if shown == wanted:
        return NEVER
    panel = next(iter(await context.store.read(posts.of_name, jam.id, Say.PANEL)), None)
    if panel is None or not panel.message_id:
        return NEVER
    now = context.clock.now()
    every = OPEN_PANEL_EVERY if jam.about.in_turn else PANEL_EVERY
    if shown and jam.state in HIDING and now < float(last_at) + every:
        return float(last_at) + every
    try:
        # It was posted as it was then; that may be a while ago where members join, or the jam has gone on.
        if shown or jam.about.in_turn or jam.state_at > panel.created_at:
            await outbox.edit(jam, panel, await context.store.read(jams.figures, jam))
    except PortError as error:
        if not _stays(context, jam, error):
            return now + (error.retry_after or _RETRY_SECONDS)
    await context.store.write(jams.shows, jam.id, f"{now:.0f}|{wanted}")
    return NEVER


async def show_turns(context: JobContext, outbox: JamOutbox, jam: Jam) -> float:
    """Have messages about turns that went on say so, and lose their buttons; return when to try again."""
    figures = await context.store.read(jams.figures, jam)
    for post in await context.store.read(posts.of_past_turns, jam):
        try:
            await outbox.edit(jam, post, figures)
        except PortError as error:
            if not _stays(context, jam, error):
                return context.clock.now() + (error.retry_after or _RETRY_SECONDS)
        await context.store.write(posts.mark_edited, post.id, now=context.clock.now())
    return NEVER


async def reveal(context: JobContext, outbox: JamOutbox, jam: Jam) -> float:
    """Take away what was removed; once it is over, have the gallery say whose it is. Return when to go on."""
    removed = {one.id for one in await context.store.read(entries.of_jam, jam.id, EntryState.REMOVED)}
    masked = await context.store.read(posts.masked, jam.id)
    if jam.state in RUNNING:
        masked = [post for post in masked if post.entry_id in removed]
    figures = await context.store.read(jams.figures, jam) if masked else JamFigures()
    there = {standing.entry.id for standing in figures.standings}
    for post in masked[:_AT_ONCE]:
        try:
            if post.entry_id in removed or (jam.state is JamState.DONE and post.entry_id not in there):
                await outbox.delete(jam, post)
            elif jam.state is JamState.DONE:
                await outbox.edit(jam, post, figures)
        except PortError as error:
            if not _stays(context, jam, error):
                return context.clock.now() + (error.retry_after or _RETRY_SECONDS)
        await context.store.write(posts.mark_edited, post.id, now=context.clock.now())
    return 0.0 if len(masked) > _AT_ONCE else NEVER


def _stays(context: JobContext, jam: Jam, error: PortError) -> bool:
    """Whether a message is left as it was: it cannot be changed, or nobody has taken that for a day."""
    schedule = context.schedule
    late = context.clock.now() >= jam.state_at + schedule.wait(schedule.deliver_for)
    if late or isinstance(error, Undeliverable):
        log.info("jam %s: a message stays as it was (%s)", jam.id, error.text)
        return True
    return False


async def take_away(context: JobContext, outbox: JamOutbox, jam: Jam, entry_id: int) -> None:
    """Delete the messages with the sound of a turn that was removed, if that can be."""
    heard = [
        post
        for name in (Say.PART, Say.TURN)
        for post in await context.store.read(posts.of_name, jam.id, name)
    ]
    # The turn after a part holds it too; it is said anew.
    later = max((post.id for post in heard if post.entry_id == entry_id), default=0)
    for post in heard:
        after = post.name is Say.TURN and post.id > later > 0 and post.said.get("sound")
        if (post.entry_id == entry_id or after) and post.message_id:
            try:
                await outbox.delete(jam, post)
            except PortError as error:
                log.info("jam %s: a message could not be deleted (%s)", jam.id, error.text)
