"""Like a song, or take that back; a count is shown by the answer to the press, which no channel limits."""

import logging
from collections.abc import Sequence

import discord

from cogs.connection.reasons import reason
from cogs.ordering.lists import result_at
from cogs.text import library_messages
from cogs.text.clean import number
from cogs.ui.buttons import clip_buttons, result_buttons, take_buttons
from cogs.ui.interactions import TRANSPORT_ERRORS, Interaction, guild_of, reply, respond, update
from jobs.models import Clip, Listed
from jobs.orders.service import JobService
from jobs.store.queries import clips, jobs, posts
from jobs.store.queries.jams import trees
from jobs.store.queries.library import likes

log = logging.getLogger(__name__)

# Messages whose count is being changed, and whether it must be once more.
_changing: dict[int, bool] = {}


async def like(interaction: Interaction, service: JobService, subject: str) -> None:
    """Like the one song of a message, and show there how many do."""
    one = await _toggled(interaction, service, subject)
    if one is None:
        return
    message = interaction.message
    view = await _delivery_buttons(service, message.id) if message is not None else None
    await update(interaction, view=view or clip_buttons(one.clip, service.catalogue, one.likes))


async def choose(interaction: Interaction, service: JobService, subject: str) -> None:
    """Ask privately which of several takes a member likes."""
    job_id = number(subject)
    takes = await _takes(service, guild_of(interaction), job_id)
    if not takes:
        await reply(interaction, library_messages.GONE)
        return
    counts = await service.read(likes.counts, [job_id])
    view = take_buttons(takes, counts)
    await respond(interaction, ephemeral=True, content=library_messages.WHICH_TAKE, view=view)


async def vote(interaction: Interaction, service: JobService, subject: str) -> None:
    """Like one of several takes: the private question shows each count, the message of the song their sum."""
    one = await _toggled(interaction, service, subject)
    if one is None:
        return
    job_id = one.clip.job_id
    takes = await _takes(service, guild_of(interaction), job_id)
    await update(interaction, view=take_buttons(takes, await service.read(likes.counts, [job_id])))
    if one.place is not None:
        channel = interaction.client.get_partial_messageable(one.place.channel_id)
        await _show_sum(service, channel.get_partial_message(one.place.message_id))


async def _toggled(interaction: Interaction, service: JobService, subject: str) -> Listed | None:
    """Change whether the member likes a song, and read it again; None, and it is said, where it is gone.

    A press that Discord delivers again takes nothing back.
    """
    if not interaction.client.is_new(interaction.id):
        return None
    one = await result_at(interaction, service, subject)
    if one is None:
        await reply(interaction, library_messages.GONE)
        return None
    await service.library.like(guild_of(interaction), one.clip, interaction.user.id)
    return await result_at(interaction, service, subject)


async def _takes(service: JobService, guild_id: int, job_id: int) -> Sequence[Clip]:
    job = await service.read(jobs.in_guild, guild_id, job_id)
    found = await service.read(clips.of_job, job.id) if job is not None else ()
    return [clip for clip in found if clip.kind == "song" and not clip.error]


async def _delivery_buttons(service: JobService, message_id: int) -> discord.ui.View | None:
    """The controls of a delivery as they are now; None for another message."""
    post = await service.read(posts.at_message, message_id)
    job = await service.read(jobs.by_id, post.job_id) if post is not None else None
    if post is None or job is None:
        return None
    told = {*post.said, *post.lost, *post.failed}
    held = [clip for clip in await service.read(clips.of_job, job.id) if clip.position in told]
    counts, branches = await service.read(likes.counts, [job.id]), await service.read(trees.grows, job)
    return result_buttons(job, held, post, service.catalogue, counts, branches=branches)


async def _show_sum(service: JobService, message: discord.PartialMessage) -> None:
    """Put the count under a song right. Where Discord is slow, many votes are one edit."""
    if message.id in _changing:
        _changing[message.id] = True
        return
    _changing[message.id] = True
    try:
        while _changing[message.id]:
            _changing[message.id] = False
            view = await _delivery_buttons(service, message.id)
            if view is not None:
                await message.edit(view=view)
    except (discord.HTTPException, *TRANSPORT_ERRORS) as error:
        log.info("the likes under a song stay as they were (%s)", reason(error))
    finally:
        del _changing[message.id]
