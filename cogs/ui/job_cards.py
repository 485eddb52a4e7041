"""The card of a job: what answers an order, and is changed as the job goes on, to one line at its end."""

import logging
from typing import Any

import discord

from cogs.connection.reasons import reason
from cogs.text import delivery_messages, labels
from cogs.text.clean import clean, jump
from cogs.ui.buttons import cancel_button, send_button
from cogs.ui.controls import custom_ids
from cogs.ui.embeds import ASKS, BAD, PLAIN, TEXT
from cogs.ui.interactions import TRANSPORT_ERRORS, Interaction
from jobs.models import Card, Job, Place
from jobs.models.states import OPEN, JobState

log = logging.getLogger(__name__)

_GREY = 0x80848E
_COLOURS = {JobState.FAILED: BAD, JobState.HELD: ASKS, JobState.UNDELIVERABLE: ASKS}


def job_card(job: Job, card: Card) -> dict[str, Any]:
    """Return the content of a card, as a message and as an edit take it."""
    if job.state in OPEN - {JobState.HELD}:
        waits = job.state is JobState.ACCEPTED and card.turn_in is not None
        return {"embed": _under_way(job, card), "view": cancel_button(job) if waits else None}
    view = send_button(job) if job.state is JobState.UNDELIVERABLE else None
    text = delivery_messages.card_ended(job, _address(job, card))
    return {"embed": discord.Embed(description=text, colour=_COLOURS.get(job.state, _GREY)), "view": view}


def _under_way(job: Job, card: Card) -> discord.Embed:
    model = delivery_messages.card_model(card)
    said = [clean(job.summary, TEXT), model, delivery_messages.card_standing(job, card)]
    if card.results_in is not None:
        said.append(delivery_messages.results_in(card.results_in))
    text = "\n".join(filter(None, said))
    embed = discord.Embed(title=labels.numbered(job), description=text, colour=PLAIN)
    return embed.set_footer(text=delivery_messages.card_footer(job))


def is_card_of(job: Job, message: discord.Message) -> bool:
    """Tell a job's card from other messages of ours, whatever a member had them say."""
    ids = custom_ids(message)
    if f"encore:cancel:{job.id}" in ids:
        return True
    return not ids and any(
        embed.title == labels.numbered(job) and embed.footer.text == delivery_messages.card_footer(job)
        for embed in message.embeds
    )


def _address(job: Job, card: Card) -> str:
    """The address of the message with the results, or the news, of a job."""
    if not card.message_id:
        return ""
    return jump(job.guild_id, Place(job.destination, card.message_id))


async def close_decided(interaction: Interaction, job: Job, text: str) -> None:
    """Take the buttons off the message that asked for a decision, and say in it what was decided."""
    asked = interaction.message
    if asked is None or asked.id == job.card_message_id:
        return
    try:
        await asked.edit(content=text, embed=None, view=None)
    except (discord.HTTPException, *TRANSPORT_ERRORS) as error:
        log.info("job %s: the question stays as it was (%s)", job.id, reason(error))
