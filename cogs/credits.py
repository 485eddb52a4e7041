"""`/credits`: spending and quotas of a member; for moderators, spending of the server."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from io import BytesIO

import discord
from discord import app_commands

from cogs.ordering.permissions import is_moderator
from cogs.ordering.place_order import origin_of
from cogs.text import credit_messages, job_messages, key_messages, limit_messages
from cogs.ui import embeds
from cogs.ui.base_bot import ServiceCog
from cogs.ui.chart import draw
from cogs.ui.interactions import Interaction, defer, edit, guild_of
from jobs.credits.reports import MOST_STATEMENTS
from jobs.models import Balance, Spending
from jobs.models.quota import zone_of
from jobs.models.rejections import Denied, Rejected
from jobs.store.queries import admission_facts, guilds, ledger, reports

_FRESH_SECONDS = 60.0


class Credits(ServiceCog):
    group = app_commands.Group(
        name="credits", description="What was spent, and what is left", guild_only=True
    )

    @group.command(name="mine")
    async def mine(self, interaction: Interaction) -> None:
        """See what you spent today, what your quota leaves you, and what is left."""
        # The API may be slow: the member sees "thinking" at once, and the balance when it comes.
        await defer(interaction)
        service, origin = self._service, origin_of(interaction)
        guild_id, user_id = origin.guild_id, origin.user_id
        settings = await service.read(guilds.settings, guild_id)
        since = service.reports.today(settings)
        mine = await service.read(ledger.usage, guild_id, user_id=user_id, since=since)
        everybody = await service.read(ledger.usage, guild_id, since=since)
        uses = await service.read(admission_facts.uses, origin, now=service.now())
        balance = job_messages.BALANCE_HIDDEN
        if settings.balance_for_all or is_moderator(interaction):
            balance, _, _ = await self._balance(guild_id)
        lines = (
            balance,
            limit_messages.remaining(uses),
            job_messages.usage("This server, today", everybody),
            job_messages.usage("You, today", mine),
        )
        await edit(interaction, embed=embeds.info("Credits", "\n".join(lines)))

    @group.command(name="server")
    @app_commands.check(is_moderator)
    @app_commands.describe(days="How many days to look back; 30 if left out")
    async def server(self, interaction: Interaction, days: app_commands.Range[int, 1, 90] = 30) -> None:
        """See who spent how much on what, with a picture and a CSV file (moderators)."""
        await defer(interaction)
        service, guild_id = self._service, guild_of(interaction)
        settings = await service.read(guilds.settings, guild_id)
        span = service.reports.days(settings, days)
        found = await service.read(reports.spending, guild_id, days=span)
        balance, known, reserved = await self._balance(guild_id)
        rows = await service.reports.statements(guild_id, since=span[0][0])
        lines = (
            balance,
            credit_messages.outlook(known, reserved, found),
            credit_messages.spending(found, days),
            credit_messages.drift(await service.reports.drifts(guild_id)),
            credit_messages.cut(len(rows)) if len(rows) >= MOST_STATEMENTS else "",
        )
        zone = zone_of(settings.timezone) or UTC
        csv = await asyncio.to_thread(credit_messages.csv_file, rows, zone)
        files = [discord.File(BytesIO(csv), filename="credits.csv")]
        embed = embeds.info("Credits of this server", "\n".join(lines).strip())
        picture = await _drawn(found, [begin for begin, _ in span], zone)
        if picture is not None:
            files.append(discord.File(BytesIO(picture), filename="credits.png"))
            embed.set_image(url="attachment://credits.png")
        await edit(interaction, embed=embed, attachments=files)

    async def _balance(self, guild_id: int) -> tuple[str, Balance | None, int]:
        """Return a server's balance in words and in figures, and how much of it is reserved."""
        known, reserved = await self._service.reports.balance(guild_id)
        text = key_messages.no_balance(self._service.keys.paying(guild_id))
        return text or self._in_words(known, reserved), known, reserved

    @group.command(name="owner")
    @app_commands.describe(days="How many days to look back; 30 if left out")
    async def owner(self, interaction: Interaction, days: app_commands.Range[int, 1, 365] = 30) -> None:
        """See what each server spent with the bot's own key (whoever runs the bot)."""
        await defer(interaction)
        if not await interaction.client.is_owner(interaction.user):
            raise Rejected(Denied.NOT_THE_OWNER)
        report = await self._service.reports.of_all(days)
        servers = {guild.id: guild.name for guild in interaction.client.guilds}
        lines = (
            self._in_words(report.balance, report.reserved),
            credit_messages.of_all(report, servers, days),
            credit_messages.drift(report.drifts),
        )
        await edit(interaction, embed=embeds.info("Credits of all servers", "\n".join(lines).strip()))

    def _in_words(self, known: Balance | None, reserved: int) -> str:
        """Say what is left, with its age where the API did not just report it."""
        fresh = known is not None and self._service.now() - known.at < _FRESH_SECONDS
        return job_messages.balance(known, reserved=reserved, fresh=fresh)


async def _drawn(found: Spending, days: Sequence[float], zone: tzinfo) -> bytes | None:
    """Draw days by the server's calendar and members by their number in the list beside the chart."""
    labels = [f"{datetime.fromtimestamp(begin, zone):%d %b}" for begin in days]
    members = [(f"No. {number}", amount) for number, (_, amount) in enumerate(found.by_member, 1)]
    return await draw(list(zip(labels, found.by_day, strict=True)), members)
