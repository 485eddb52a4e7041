"""`/stems`, `/wav`, `/clip`: what can be done with a clip."""

import re

from discord import app_commands
from discord.ext import commands

from cogs import cards, messages
from cogs.answers import Interaction, answer, say, show
from cogs.buttons import clip_buttons, stems_order, wav_order
from cogs.choices import clip_choices
from cogs.placing import place
from jobs.desk import Desk
from jobs.gate import Refusal

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)

TRACKS = [
    app_commands.Choice(name="basic: vocals and instrumental", value="basic"),
    app_commands.Choice(name="full: every instrument on its own", value="full"),
]


def clip_id_in(typed: str) -> str:
    """The clip id in what a member typed: the id itself, or a link that holds exactly one."""
    found: set[str] = {match.lower() for match in _UUID.findall(typed)}
    if len(found) != 1:
        raise Refusal("input", field="clip_id", why="is not a clip id or a link to a clip")
    return found.pop()


class Clips(commands.Cog):
    """Commands on a clip."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @app_commands.command(name="stems")
    @app_commands.guild_only()
    @app_commands.describe(
        clip_id="The song: pick one, or paste a clip id or link", tracks="How many parts (basic)"
    )
    @app_commands.choices(tracks=TRACKS)
    async def stems(self, interaction: Interaction, clip_id: str, tracks: str = "basic") -> None:
        """Take a song apart: vocals and instrumental, or every instrument."""
        found = clip_id_in(clip_id)
        await place(
            interaction, self._desk, stems_order(found, tracks, await self._title(interaction, found))
        )

    @app_commands.command(name="wav")
    @app_commands.guild_only()
    @app_commands.describe(clip_id="The song or stem: pick one, or paste a clip id or link")
    async def wav(self, interaction: Interaction, clip_id: str) -> None:
        """Get a song or stem as WAV, without loss."""
        found = clip_id_in(clip_id)
        await place(interaction, self._desk, wav_order(found, await self._title(interaction, found)))

    @app_commands.command(name="clip")
    @app_commands.guild_only()
    @app_commands.describe(clip_id="The song or stem: pick one, or paste a clip id or link")
    async def clip(self, interaction: Interaction, clip_id: str) -> None:
        """Show one clip: facts, a fresh link, and what was made from it."""
        guild_id = interaction.guild_id or 0
        clip = await self._desk.clip(guild_id, clip_id_in(clip_id))
        if clip is None:
            await say(interaction, messages.UNKNOWN_CLIP)
            return
        children = await self._desk.children(guild_id, clip.clip_id)
        buttons = clip_buttons(clip, self._desk.price)
        await answer(interaction, embed=cards.clip_card(clip, children), view=buttons)
        # Links expire at the provider. The card is there already; only the link waits for the API.
        fresh = await self._desk.refreshed(clip)
        if fresh != clip:
            await show(interaction, embed=cards.clip_card(fresh, children))

    @stems.autocomplete("clip_id")
    async def _songs(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await clip_choices(interaction, self._desk, typed, ("song",))

    @wav.autocomplete("clip_id")
    @clip.autocomplete("clip_id")
    async def _clips(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await clip_choices(interaction, self._desk, typed, ("song", "stem"))

    async def _title(self, interaction: Interaction, clip_id: str) -> str:
        clip = await self._desk.clip(interaction.guild_id or 0, clip_id)
        return cards.full_title(clip) if clip else clip_id
