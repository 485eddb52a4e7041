"""`/lyrics`: words for a song, in two versions."""

from discord import app_commands

from cogs.ordering.place_order import place_order
from cogs.ui.base_bot import ServiceCog
from cogs.ui.interactions import Interaction
from jobs.models import Order


class Lyrics(ServiceCog):
    @app_commands.command(name="lyrics")
    @app_commands.guild_only()
    @app_commands.describe(description="What the song should be about, in the language it is to be sung in")
    async def lyrics(self, interaction: Interaction, description: str) -> None:
        """Have lyrics written, in two versions, and sing the one you like."""
        params = {"description": description}
        await place_order(interaction, self._service, Order("suno.lyrics", params, description))
