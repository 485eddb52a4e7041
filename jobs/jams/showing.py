"""Keep the messages of a jam true: the panel, rarely; and the gallery, once it is told whose it is."""

import logging

from jobs.context import JobContext
from jobs.models.jam import HIDING, Jam, JamState, Say
from jobs.ports import AnswerLost, JamOutbox, PortError, Undeliverable
from jobs.store.queries.jams import jams, posts

log = logging.getLogger(__name__)

_NEVER = float("inf")
# An edit beside the clock would tell what somebody has just done. Not scaled.
PANEL_EVERY = 30.0
_RETRY_SECONDS = 15.0
_AT_ONCE = 5


async def show_panel(context: JobContext, outbox: JamOutbox, jam: Jam) -> float:
    """Have the panel show how the jam stands, at whole half minutes; return when it is stale next."""
    figures = await context.store.read(jams.figures, jam)
    state = JamState.DONE if jam.state is JamState.SHOWING else jam.state
    wanted = f"{state} {jam.due_at:.0f} {figures.entered} {figures.used}"
    last_at, _, shown = jam.shows.partition("|")
    if shown == wanted:
        return _NEVER
    panel = next(iter(await context.store.read(posts.of_name, jam.id, Say.PANEL)), None)
    if panel is None or not panel.message_id:
        return _NEVER
    now = context.clock.now()
    if shown and jam.state in HIDING and now < float(last_at) + PANEL_EVERY:
        return float(last_at) + PANEL_EVERY
    try:
        if shown:  # it was posted as it was then
            await outbox.edit(jam, panel, figures)
    except (Undeliverable, AnswerLost) as error:
        log.info("jam %s: its panel stays as it was (%s)", jam.id, error.text)
    except PortError as error:
        return now + (error.retry_after or _RETRY_SECONDS)
    await context.store.write(jams.shows, jam.id, f"{now:.0f}|{wanted}")
    return _NEVER


async def reveal(context: JobContext, outbox: JamOutbox, jam: Jam) -> float:
    """Have some of the gallery say whose it is; return when there is more. What is removed is taken away."""
    figures = await context.store.read(jams.figures, jam)
    there = {standing.entry.id for standing in figures.standings}
    masked = await context.store.read(posts.masked, jam.id)
    for post in masked[:_AT_ONCE]:
        try:
            if jam.state is JamState.DONE:
                await (
                    outbox.edit(jam, post, figures) if post.entry_id in there else outbox.delete(jam, post)
                )
        except (Undeliverable, AnswerLost) as error:
            log.info("jam %s: a message stays as it was (%s)", jam.id, error.text)
        except PortError as error:
            return context.clock.now() + (error.retry_after or _RETRY_SECONDS)
        await context.store.write(posts.mark_edited, post.id, now=context.clock.now())
    return 0.0 if len(masked) > _AT_ONCE else _NEVER


async def take_away(context: JobContext, outbox: JamOutbox, jam: Jam, entry_id: int) -> None:
    """Delete the message of an entry that was removed, if that can be."""
    for post in await context.store.read(posts.of_name, jam.id, Say.GALLERY):
        if post.entry_id == entry_id and post.message_id:
            try:
                await outbox.delete(jam, post)
            except PortError as error:
                log.info("jam %s: a message could not be deleted (%s)", jam.id, error.text)
