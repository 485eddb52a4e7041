"""`/stems`, `/wav`, `/clip`: commands on a clip."""

import io
from typing import Any

import discord
from discord import app_commands

from cogs.ordering.clip_refs import find_clip, order_on
from cogs.ordering.place_order import place_order
from cogs.text import delivery_messages, job_messages
from cogs.ui import clip_cards, embeds
from cogs.ui.autocomplete import clips_for
from cogs.ui.base_bot import ServiceCog
from cogs.ui.buttons import clip_buttons
from cogs.ui.interactions import Interaction, edit, guild_of, reply, respond
from jobs.models import Clip
from jobs.store.queries import clips

TRACKS = [
    app_commands.Choice(name="basic: vocals and instrumental", value="basic"),
    app_commands.Choice(name="full: every instrument on its own", value="full"),
]
_REF = "pick one, or paste a clip id, or a link to a clip or message"


class Clips(ServiceCog):
    @app_commands.command(name="stems")
    @app_commands.guild_only()
    @app_commands.describe(clip_id=f"The song: {_REF}", tracks="How many parts (basic)")
    @app_commands.choices(tracks=TRACKS)
    @app_commands.autocomplete(clip_id=clips_for("suno.stems_basic"))
    async def stems(self, interaction: Interaction, clip_id: str, tracks: str = "basic") -> None:
        """Take a song apart: vocals and instrumental, or every instrument."""
        operation = f"suno.stems_{tracks}"
        source = await find_clip(interaction, self._service, clip_id, operation)
        await place_order(interaction, self._service, order_on(source, operation))

    @app_commands.command(name="wav")
    @app_commands.guild_only()
    @app_commands.describe(clip_id=f"The song or stem: {_REF}")
    @app_commands.autocomplete(clip_id=clips_for("suno.wav"))
    async def wav(self, interaction: Interaction, clip_id: str) -> None:
        """Get a song or stem as WAV, without loss."""
        source = await find_clip(interaction, self._service, clip_id, "suno.wav")
        await place_order(interaction, self._service, order_on(source, "suno.wav"))

    @app_commands.command(name="clip")
    @app_commands.guild_only()
    @app_commands.describe(clip_id=f"The song, stem, upload or persona: {_REF}")
    @app_commands.autocomplete(clip_id=clips_for(""))
    async def clip(self, interaction: Interaction, clip_id: str) -> None:
        """Show one clip: facts, a fresh link, its family, and all that can be done with it."""
        clip = (await find_clip(interaction, self._service, clip_id)).clip
        if clip is None:
            await reply(interaction, job_messages.UNKNOWN_CLIP)
            return
        family = await self._service.read(clips.family, guild_of(interaction), clip)
        buttons = clip_buttons(clip, self._service.catalogue)
        card = clip_cards.clip_card(clip, family, clip.audio_url and delivery_messages.ASKING)
        await respond(interaction, embed=card, view=buttons, **_lyrics_file(clip))
        if not clip.audio_url:
            return
        # Links expire at the provider. The card is there already; only the link waits for the API.
        fresh = await self._service.refreshed(clip)
        shown = embeds.link(delivery_messages.OPEN, fresh.audio_url)
        await edit(interaction, embed=clip_cards.clip_card(clip, family, shown or delivery_messages.NO_FILE))


def _lyrics_file(clip: Clip) -> dict[str, Any]:
    if len(clip.lyrics) <= clip_cards.LYRICS_SHOWN:
        return {}
    return {"file": discord.File(io.BytesIO(clip.lyrics.encode()), filename="lyrics.txt")}
