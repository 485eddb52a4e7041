"""`/help` and `/status`: what can be done here, and whether all is well."""

import time

import discord
from discord import app_commands

from cogs import __version__
from cogs.ordering.permissions import is_moderator
from cogs.text import help_messages, status_messages
from cogs.ui import embeds
from cogs.ui.base_bot import BaseBot, ServiceCog
from cogs.ui.interactions import Interaction, guild_of, respond


class Status(ServiceCog):
    @app_commands.command(name="help")
    @app_commands.guild_only()
    async def help(self, interaction: Interaction) -> None:
        """See what can be made, what it costs, and how to begin."""
        found = help_messages.sections(self._service.catalogue, moderator=is_moderator(interaction))
        await respond(interaction, ephemeral=True, embed=embeds.sections("Encore", found))

    @app_commands.command(name="privacy")
    @app_commands.guild_only()
    async def privacy(self, interaction: Interaction) -> None:
        """See what is kept about you, for how long, and who deletes it."""
        found = help_messages.privacy(self._service.keep_days, _owner(interaction.client.application))
        await respond(interaction, ephemeral=True, embed=embeds.sections("Privacy", found))

    @app_commands.command(name="status")
    @app_commands.guild_only()
    async def status(self, interaction: Interaction) -> None:
        """See whether all is well: with me, with the music API, with this server's jobs."""
        seen = await self._service.overview(guild_of(interaction))
        text = "\n".join([*_discord(interaction.client), status_messages.overview(seen)])
        if is_moderator(interaction):
            text = f"{text}\n\n{status_messages.details(seen, version=__version__)}"
        await respond(interaction, ephemeral=True, embed=embeds.info("Status", text))


def _owner(application: discord.AppInfo | None) -> int | None:
    """Return who answers for the application; of a team its owner."""
    if application is None:
        return None
    return application.team.owner_id if application.team else application.owner.id


def _discord(bot: BaseBot) -> list[str]:
    """Say what keeps messages from Discord, to which answers go another way; and who cannot be heard."""
    now, rest, away = time.time(), bot.rest, len(bot.shards.away)
    lines = [status_messages.shards_away(away, bot.shards.count)] if away else []
    if rest.limited_for:
        return [status_messages.limited(now + rest.limited_for), *lines]
    return [status_messages.still(now - rest.still_for), *lines] if rest.still_for else lines
