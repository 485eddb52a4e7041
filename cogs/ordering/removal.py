"""Take the results of a job out of the channel, by its requester or a moderator, after asking once."""

import logging
from collections.abc import Iterable

import discord

from cogs.connection.reasons import reason
from cogs.text import library_messages
from cogs.ui.buttons import remove_button
from cogs.ui.interactions import TRANSPORT_ERRORS, Interaction, edit, reply, respond, update
from jobs.models import Job, Place
from jobs.orders.service import JobService
from jobs.store.queries.library.removals import REMOVABLE

log = logging.getLogger(__name__)

_UNKNOWN_MESSAGE = 10008


async def ask(interaction: Interaction, _service: JobService, job: Job) -> None:
    """Ask whether the results are to be removed."""
    if job.state not in REMOVABLE:
        await reply(interaction, library_messages.NOTHING_TO_REMOVE)
        return
    await respond(
        interaction, ephemeral=True, content=library_messages.remove(job), view=remove_button(job.id)
    )


async def remove(interaction: Interaction, service: JobService, job: Job) -> None:
    """Note that they are removed, then delete their messages: what stays is hidden all the same."""
    places = await service.library.remove(job, interaction.user.id)
    if places is None:
        await update(interaction, content=library_messages.NOTHING_TO_REMOVE, view=None)
        return
    await update(interaction, content=library_messages.removing(job), view=None)
    left = await _delete(interaction.client, places)
    await edit(interaction, content=library_messages.removed(job, left))


async def _delete(client: discord.Client, places: Iterable[Place]) -> int:
    """Delete messages of ours; how many could not be."""
    left = 0
    for place in places:
        message = client.get_partial_messageable(place.channel_id).get_partial_message(place.message_id)
        try:
            await message.delete()
        except discord.HTTPException as error:
            left += error.code != _UNKNOWN_MESSAGE
            log.info("a message was not deleted (HTTP %s, code %s)", error.status, error.code)
        except TRANSPORT_ERRORS as error:
            left += 1
            log.info("a message was not deleted (%s)", reason(error))
    return left
