"""`/credits`: what a member spent and may still spend, and what is left."""

from discord import app_commands
from discord.ext import commands

from cogs import cards, messages, messages_limits
from cogs.answers import Interaction, show, think
from cogs.placing import visit_of
from jobs.desk import Desk

FRESH_SECONDS = 60.0


class Credits(commands.Cog):
    """The account's credits, as members see them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @app_commands.command(name="credits")
    @app_commands.guild_only()
    async def credits(self, interaction: Interaction) -> None:
        """See what you spent today, what your quota leaves you, and what is left."""
        # The API may be slow: the member sees "thinking" at once, and the balance when it comes.
        await think(interaction)
        visit, books = visit_of(interaction), self._desk.books
        settings = await self._desk.settings(visit.guild_id)
        since = books.today(settings)
        lines = [
            messages.usage("You, today", await self._desk.usage(visit.guild_id, visit.user_id, since=since)),
            messages.usage("This server, today", await self._desk.usage(visit.guild_id, since=since)),
            messages_limits.own(await books.uses(visit)),
            messages.BALANCE_HIDDEN,
        ]
        if settings.balance_for_all or interaction.permissions.manage_guild:
            known, reserved = await books.balance(visit.guild_id)
            fresh = known is not None and self._desk.now() - known.at < FRESH_SECONDS
            lines[-1] = messages.balance(known, reserved=reserved, fresh=fresh)
        await show(interaction, embed=cards.plain("Credits", "\n".join(reversed(lines))))
