"""From a command, button or form to an accepted job and its card."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import discord

from cogs.connection.reasons import reason
from cogs.text import delivery_messages, library_messages, limit_messages, rejection_messages
from cogs.text.form_specs import ASKED
from cogs.text.jams import answers, relays
from cogs.ui.buttons import agree_button, edit_button
from cogs.ui.controls import answers_question, replace_question
from cogs.ui.interactions import (
    TRANSPORT_ERRORS,
    AnswerRefused,
    Interaction,
    defer,
    edit,
    guild_of,
    reply,
    respond,
    update,
)
from cogs.ui.job_cards import is_card_of, job_card
from jobs.models import Order, Origin
from jobs.models.jam import Jam
from jobs.models.rejections import Denied, ForbiddenWord, Rejected, Rejection, WrongInput
from jobs.orders.service import Accepted, JobService
from jobs.rules.admission import NeedsConfirmation
from jobs.store.queries.jams import jams

log = logging.getLogger(__name__)

# Discord gives three seconds for the first answer. A healthy disk needs milliseconds; after this, defer
# first and keep the rest of the time for the network.
_QUICK_SECONDS = 1.5

# Permissions for delivery: name in discord.py, name in Discord's settings.
NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
}
_IN_THREADS = {
    **{name: shown for name, shown in NEEDED.items() if name != "send_messages"},
    "send_messages_in_threads": "Send Messages in Threads",
}
# The text of a voice channel takes nothing from those who may not enter it.
_IN_VOICE = {"connect": "Connect"}
# Permissions that the invitation asks for; with the last, jams that begin later are events too.
INVITED = (*NEEDED, *_IN_THREADS, *_IN_VOICE, "create_events")
# Permissions for an alert.
FOR_A_LINE = {name: NEEDED[name] for name in ("view_channel", "send_messages", "embed_links")}


def origin_of(interaction: Interaction) -> Origin:
    """Describe where an interaction comes from, and what the bot may do there."""
    if interaction.channel_id is None:
        raise Rejected(Denied.UNKNOWN_CHANNEL)
    # From the interaction, as `roles` would need the cache; @everyone's id is the server's.
    member, guild_id = interaction.user, guild_of(interaction)
    roles = (*member._roles, guild_id) if isinstance(member, discord.Member) else ()  # noqa: SLF001 - as above
    thread = interaction.channel if isinstance(interaction.channel, discord.Thread) else None
    guild = interaction.guild
    needed = dict(_IN_THREADS if thread else NEEDED)
    if isinstance(interaction.channel, discord.VoiceChannel | discord.StageChannel):
        needed |= _IN_VOICE
    if thread and thread.locked:
        needed["manage_threads"] = "Manage Threads (this one is locked)"
    return Origin(
        guild_id=guild_id,
        channel_id=interaction.channel_id,
        user_id=member.id,
        # Not the interaction's own limit: that one is the member's, who may have Nitro.
        upload_limit=guild.filesize_limit if guild else discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES,
        role_ids=roles,
        parent_id=thread.parent_id if thread else 0,
        missing_permissions=lacking(interaction.app_permissions, needed),
        interaction=str(interaction.id),
    )


def lacking(granted: discord.Permissions, needed: Mapping[str, str] = NEEDED) -> tuple[str, ...]:
    """Name the missing permissions as Discord's settings do."""
    return tuple(shown for permission, shown in needed.items() if not getattr(granted, permission))


async def place_order(
    interaction: Interaction,
    service: JobService,
    order: Order,
    *,
    draft_id: int | None = None,
    agreed: int = 0,
    as_it_is: bool = False,
) -> None:
    """Accept an order and answer with its card; or ask first, where the server wants that at this price.

    What it leaves out is filled in with the member's defaults, unless it is to be placed `as_it_is`. With
    `draft_id`, the member has agreed to that draft at a price of at most `agreed`. The engine waits for
    `card_shown`, so if Discord rejects the card, the order is taken back before anything is spent. An
    interaction that Discord delivers again, to whichever process, gets the card of what it has ordered.
    """
    if not as_it_is:
        order = await service.library.completed(order, interaction.user.id)
    accepting = asyncio.create_task(
        service.accept(order, origin_of(interaction), agreed=agreed, draft_id=draft_id)
    )
    try:
        done, _ = await asyncio.wait([accepting], timeout=_QUICK_SECONDS)
        if not done:
            await _say_thinking(interaction, service, accepting)
        result = await accepting
    except Rejected as rejected:
        why = rejected.rejection
        if order.jam_id is not None:
            await interaction.client.jams.turns.refused(order.jam_id, why)
        asked = ASKED.get(order.operation, ())
        if not (isinstance(why, WrongInput | ForbiddenWord) and why.field in asked):
            raise
        await offer_change(interaction, service, order, why)
        return
    if isinstance(result, NeedsConfirmation):
        await _ask(interaction, service, order, result)
    else:
        await acknowledge(interaction, service, result, in_time=bool(done))
    await _tell_closed(interaction, service)


async def _tell_closed(interaction: Interaction, service: JobService) -> None:
    """Say, once and privately, that the member's copies could not be sent."""
    job_id = await service.library.told_closed(interaction.user.id)
    if job_id:
        await reply(interaction, library_messages.copies_ended(job_id))


async def offer_change(interaction: Interaction, service: JobService, order: Order, why: Rejection) -> None:
    """Say why an order was rejected, with a button that opens its form with the typed text."""
    draft_id = await service.keep_draft(order, origin_of(interaction))
    text = rejection_messages.rejection(why, kept=True)
    await replace_question(interaction, text, view=edit_button(draft_id))


async def _ask(
    interaction: Interaction, service: JobService, order: Order, needed: NeedsConfirmation
) -> None:
    """Ask for agreement to the price; the order waits as a draft."""
    draft_id = await service.keep_draft(order, origin_of(interaction))
    text = limit_messages.price_question(order, needed)
    await replace_question(interaction, text, view=agree_button(draft_id, needed.price))


async def _say_thinking(
    interaction: Interaction, service: JobService, accepting: asyncio.Task[Accepted | NeedsConfirmation]
) -> None:
    """Defer the answer, as the disk is slow; take the job back if Discord no longer allows that."""
    try:
        await defer(interaction, thinking=not answers_question(interaction))
    except (AnswerRefused, discord.HTTPException):
        result = await accepting
        if isinstance(result, Accepted):
            await _take_back(service, result)
        raise


async def acknowledge(
    interaction: Interaction, service: JobService, accepted: Accepted, *, in_time: bool = True
) -> None:
    """Show the member what was accepted; take it back if Discord no longer allows that."""
    jam_id = accepted.job.jam_id
    jam = None if jam_id is None else await service.read(jams.by_id, jam_id)
    if jam is not None and (jam.hidden or jam.about.in_turn):
        await _show_hidden(interaction, service, accepted, jam, in_time=in_time)
    elif not in_time:
        await _show_late(interaction, service, accepted)
    elif answers_question(interaction):
        await _answer_question(interaction, service, accepted)
    else:
        await _show(interaction, service, accepted)


async def _show_hidden(
    interaction: Interaction, service: JobService, accepted: Accepted, jam: Jam, *, in_time: bool
) -> None:
    """Tell the member alone of a try for a jam: no card may say whose it is."""
    job = accepted.job
    made = relays.being_made if jam.about.in_turn else answers.being_made
    text = made(job, service.now() + accepted.card.usually)
    if not in_time:
        await note_told(service, accepted)
        await edit(interaction, content=text, view=None)
        return
    try:
        shown = await respond(interaction, ephemeral=True, content=text)
    except (AnswerRefused, discord.HTTPException):
        await _take_back(service, accepted)
        raise
    if shown is None:  # nobody knows whether it was seen, and there is no card to look for: it ends unpaid
        log.warning("job %s: Discord does not say whether its answer is there", job.id)
        return
    await note_answer(service, accepted, None)


async def _show_late(interaction: Interaction, service: JobService, accepted: Accepted) -> None:
    await note_told(service, accepted)
    text = delivery_messages.accepted_privately(accepted.job, accepted.card)
    await edit(interaction, content=text, view=None)


async def _answer_question(interaction: Interaction, service: JobService, accepted: Accepted) -> None:
    """Say in the place of the question that it is ordered; the card follows, and may be missing."""
    job = accepted.job
    try:
        await update(interaction, content=delivery_messages.ordered(job), view=None)
    except (AnswerRefused, discord.HTTPException):
        await _take_back(service, accepted)
        raise
    if not await note_answer(service, accepted, None):
        return
    try:
        card = await interaction.followup.send(**_content(accepted), wait=True)
    except (discord.HTTPException, *TRANSPORT_ERRORS) as error:
        log.warning("job %s: its card was not shown (%s)", job.id, reason(error))
    else:
        await note_answer(service, accepted, card.id)


def _content(accepted: Accepted) -> dict[str, Any]:
    return {name: part for name, part in job_card(accepted.job, accepted.card).items() if part is not None}


async def _show(interaction: Interaction, service: JobService, accepted: Accepted) -> None:
    job = accepted.job
    try:
        message_id = await respond(
            interaction, is_ours=lambda message: is_card_of(job, message), **_content(accepted)
        )
    except (AnswerRefused, discord.HTTPException):
        await _take_back(service, accepted)
        raise
    if message_id is None:  # it may be there, so the engine looks for it before it begins
        log.warning("job %s: Discord does not say whether its card is there", job.id)
        return
    await note_answer(service, accepted, message_id)


async def _take_back(service: JobService, accepted: Accepted) -> None:
    """Cancel a job whose command failed in the member's eyes: nothing may be spent on it.

    Not one that was ordered before: there may be a card already, for which the engine looks.
    """
    if not accepted.repeated and await service.cancel(accepted.job.id) is None:
        log.warning("job %s had begun before Discord refused its card", accepted.job.id)


async def note_told(service: JobService, accepted: Accepted) -> None:
    """Note, before a member is told of a job, that no card will be: what is not noted ends unpaid."""
    await service.card_shown(accepted.job, None)


async def note_answer(service: JobService, accepted: Accepted, message_id: int | None) -> bool:
    """Note the shown card; False where it was noted before. If that fails, the job becomes due by itself."""
    try:
        return await service.card_shown(accepted.job, message_id, accepted.card.shows)
    except Exception:
        log.exception("job %s: its card could not be noted", accepted.job.id)
        return True
