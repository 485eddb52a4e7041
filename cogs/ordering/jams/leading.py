"""The button **Host**: all that hosts and moderators decide, privately and without a command."""

from typing import Any

from cogs.ordering.forms import typed_texts
from cogs.ordering.jams import hosting
from cogs.ordering.jams.hosting import led_jam
from cogs.ordering.permissions import is_moderator
from cogs.text.jams import host, posts
from cogs.ui.interactions import Interaction, open_modal, respond
from cogs.ui.jams import host as shown
from jobs.models.jam import Jam
from jobs.models.rejections import JamProblem, JamRefused, Rejected
from jobs.orders.service import JobService


async def show(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    """Say how a jam stands for who leads it, with what they can do."""
    jam, moderator = await led_jam(interaction, subject), is_moderator(interaction)
    await respond(
        interaction,
        ephemeral=True,
        content=host.panel(jam, moderator=moderator),
        view=shown.buttons(jam, moderator=moderator),
    )


async def ask(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    what, jam = await _meant(interaction, subject)
    await open_modal(interaction, shown.form(what, jam))


async def submitted(
    interaction: Interaction,
    service: JobService,  # noqa: ARG001 - as all forms
    subject: str,
    components: list[dict[str, Any]],
) -> None:
    """Do what a form of **Host** says, unless its phase is over."""
    what, jam = await _meant(interaction, subject)
    typed = typed_texts(components)
    entry, reason = typed.get("entry", ""), typed.get("reason", "")[: posts.REASON]
    if what == shown.MOVE:
        await hosting.move(interaction, jam, typed.get("to", ""))
    elif what == shown.CANCEL:
        await hosting.cancel(interaction, jam, reason)
    elif what == shown.TAKE_OUT:
        await hosting.remove(interaction, jam, entry, reason, keep_out=False)
    else:
        await hosting.peek(interaction, jam, entry)


async def _meant(interaction: Interaction, subject: str) -> tuple[str, Jam]:
    """Read which decision about which phase of a jam is meant. Raises Rejected where that is over."""
    what, jam_id, phase = f"{subject}--".split("-")[:3]
    jam = await led_jam(interaction, jam_id)
    if shown.phase_of(what, jam) != phase or what not in (
        shown.MOVE,
        shown.CANCEL,
        shown.TAKE_OUT,
        shown.WHOSE,
    ):
        raise Rejected(JamRefused(JamProblem.MOVED_MEANWHILE, jam.id))
    return what, jam
