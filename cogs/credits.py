"""`/credits`: what is left, and who spent it."""

from discord import app_commands
from discord.ext import commands

from cogs import cards, messages
from cogs.answers import Interaction, show, think
from jobs.desk import Desk

_DAY = 24 * 3600.0
_FRESH_SECONDS = 60.0


class Credits(commands.Cog):
    """The account's credits."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @app_commands.command(name="credits")
    @app_commands.guild_only()
    async def credits(self, interaction: Interaction) -> None:
        """See how many credits are left and what you spent today."""
        # The API may be slow: the member sees "thinking" at once, and the balance when it comes.
        await think(interaction)
        guild_id = interaction.guild_id or 0
        now = self._desk.now()
        known = await self._desk.balance()
        fresh = known is not None and now - known.at < _FRESH_SECONDS
        mine = await self._desk.usage(guild_id, interaction.user.id, since=now - _DAY)
        server = await self._desk.usage(guild_id, since=now - _DAY)
        text = f"{messages.balance(known, fresh=fresh)}\n{messages.usage(mine, server)}"
        await show(interaction, embed=cards.plain("Credits", text))
