"""`/settings`: what moderators choose for their server."""

import discord
from discord import app_commands
from discord.ext import commands

from cogs import cards, messages
from cogs.answers import Interaction, answer
from jobs.desk import Desk
from jobs.gate import Refusal
from jobs.models import GuildSettings


def only_moderators(interaction: Interaction) -> None:
    """Refuse everybody else. Discord hides these commands, but a server can show them to anyone."""
    if not interaction.permissions.manage_guild:
        raise Refusal("moderator")


class Settings(commands.Cog):
    """Choices of a server's moderators."""

    group = app_commands.Group(
        name="settings",
        description="Choose how Encore works in this server (moderators)",
        guild_only=True,
        default_permissions=discord.Permissions(manage_guild=True),
    )

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @group.command(name="show")
    async def show(self, interaction: Interaction) -> None:
        """See what is set for this server."""
        only_moderators(interaction)
        await _tell(interaction, await self._desk.settings(interaction.guild_id or 0))

    @group.command(name="threads")
    @app_commands.describe(on="Whether each song gets a thread")
    async def threads(self, interaction: Interaction, *, on: bool) -> None:
        """Post each song, and what is made from it, in a thread of its own."""
        only_moderators(interaction)
        chosen = await self._desk.change_settings(
            interaction.guild_id or 0, interaction.user.id, lambda _: {"threads": on}
        )
        await _tell(interaction, chosen)


async def _tell(interaction: Interaction, chosen: GuildSettings) -> None:
    await answer(interaction, ephemeral=True, embed=cards.plain("Settings", messages.settings(chosen)))
