"""Show one result: facts, a fresh link, its family, and all that can be done with it."""

import io
from typing import Any

import discord

from cogs.text import delivery_messages, job_messages
from cogs.ui import clip_cards, embeds
from cogs.ui.buttons import clip_buttons
from cogs.ui.interactions import Interaction, edit, reply, respond
from jobs.models import Clip
from jobs.orders.service import JobService
from jobs.store.queries import clips, jobs
from jobs.store.queries.library import likes, songs


async def show_clip(
    interaction: Interaction, service: JobService, clip: Clip, *, private: bool = False
) -> None:
    """Answer with the card of a result."""
    job = await service.read(jobs.by_id, clip.job_id)
    if job is None:  # pruned meanwhile
        await reply(interaction, job_messages.UNKNOWN_CLIP)
        return
    family = await service.read(clips.family, job.guild_id, clip)
    places = await service.read(songs.places, {one.job_id for one in (clip, *family.ancestors)})
    counted = await service.read(likes.counts, [clip.job_id])
    buttons = clip_buttons(clip, service.catalogue, counted.get((clip.job_id, clip.position), 0))
    card = clip_cards.clip_card(clip, job, family, places, clip.audio_url and delivery_messages.ASKING)
    await respond(interaction, ephemeral=private, embed=card, view=buttons, **_lyrics_file(clip))
    if not clip.audio_url:
        return
    # Links expire at the provider. The card is there already; only the link waits for the API.
    fresh = await service.refreshed(clip)
    link = embeds.link(delivery_messages.OPEN, fresh.audio_url) or delivery_messages.NO_FILE
    await edit(interaction, embed=clip_cards.clip_card(clip, job, family, places, link))


def _lyrics_file(clip: Clip) -> dict[str, Any]:
    if len(clip.lyrics) <= clip_cards.LYRICS_SHOWN:
        return {}
    return {"file": discord.File(io.BytesIO(clip.lyrics.encode()), filename="lyrics.txt")}
