"""Show one result: facts, a fresh link, its family, and all that can be done with it."""

import asyncio
import io
from pathlib import PurePath
from typing import Any

import discord

from cogs.ordering.clip_refs import known_clip
from cogs.text import delivery_messages, job_messages
from cogs.ui import clip_cards, embeds
from cogs.ui.buttons import clip_buttons
from cogs.ui.interactions import TRANSPORT_ERRORS, Interaction, edit, guild_of, reply, respond
from jobs.models import Clip, Place
from jobs.orders.service import JobService
from jobs.rules.attachments import COVER
from jobs.store.queries import clips, jobs
from jobs.store.queries.library import likes, removals, songs


async def show_clip(
    interaction: Interaction, service: JobService, clip: Clip, *, private: bool = False
) -> None:
    """Answer with the card of a result; one that was removed comes into no channel this way."""
    job = await service.read(jobs.by_id, clip.job_id)
    if job is None:  # pruned meanwhile
        await reply(interaction, job_messages.UNKNOWN_CLIP)
        return
    family = await service.read(clips.family, job.guild_id, clip)
    places = await service.read(songs.places, {one.job_id for one in (clip, *family.ancestors)})
    counted = await service.read(likes.counts, [clip.job_id])
    buttons = clip_buttons(clip, service.catalogue, counted.get((clip.job_id, clip.position), 0))
    card = clip_cards.clip_card(clip, job, family, places, clip.audio_url and delivery_messages.ASKING)
    private = private or await service.read(removals.of_job, clip.job_id) is not None
    await respond(interaction, ephemeral=private, embed=card, view=buttons, **_lyrics_file(clip))
    if not clip.audio_url:
        return
    # Links expire at the provider. The card is there already; only link and picture wait for the API.
    cover = asyncio.create_task(_cover_of(interaction, places.get((clip.job_id, clip.position))))
    fresh = await service.refreshed(clip)
    link = embeds.link(delivery_messages.OPEN, fresh.audio_url) or delivery_messages.NO_FILE
    card = clip_cards.clip_card(clip, job, family, places, link)
    content: dict[str, Any] = {"embed": card}
    if picture := await cover:
        card.set_thumbnail(url=f"attachment://{picture.filename}")
        content["attachments"] = [picture, *_lyrics_file(clip).values()]
    await edit(interaction, **content)


async def _cover_of(interaction: Interaction, place: Place | None) -> discord.File | None:
    """Take the picture from the message of a result: the provider's own is soon gone."""
    if place is None:
        return None
    channel = interaction.client.get_partial_messageable(place.channel_id, guild_id=interaction.guild_id)
    try:
        message = await channel.fetch_message(place.message_id)
        pictures = (file for file in message.attachments if PurePath(file.filename).stem == COVER)
        found = next(pictures, None)
        return await found.to_file() if found is not None else None
    except (discord.DiscordException, *TRANSPORT_ERRORS):
        return None


async def show_lyrics(interaction: Interaction, service: JobService, clip_id: str) -> None:
    """Show all words of a song to one member; those that no card can hold come as a file as well."""
    clip = (await known_clip(service, guild_of(interaction), clip_id)).clip
    if clip is None or await is_hidden(service, clip, interaction.user.id):
        await reply(interaction, job_messages.UNKNOWN_CLIP)
    elif not clip.lyrics or clip.instrumental:
        await reply(interaction, delivery_messages.NO_WORDS)
    else:
        card = clip_cards.lyrics_card(clip)
        await respond(interaction, ephemeral=True, embed=card, **_lyrics_file(clip, clip_cards.LYRICS_ALONE))


async def is_hidden(service: JobService, clip: Clip, user_id: int) -> bool:
    """Whether it was removed, and another member asked for it."""
    removed = await service.read(removals.of_job, clip.job_id)
    return removed is not None and clip.user_id != user_id


def _lyrics_file(clip: Clip, shown: int = clip_cards.LYRICS_SHOWN) -> dict[str, Any]:
    if len(clip.lyrics) <= shown:
        return {}
    return {"file": discord.File(io.BytesIO(clip.lyrics.encode()), filename="lyrics.txt")}
