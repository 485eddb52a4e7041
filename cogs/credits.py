"""`/credits`: spending and quotas of a member; for moderators, spending of the server."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from io import BytesIO

import discord
from discord import app_commands

from cogs.ordering.permissions import is_moderator
from cogs.ordering.place_order import origin_of
from cogs.text import credit_messages, key_messages, limit_messages
from cogs.ui import embeds
from cogs.ui.base_bot import ServiceCog
from cogs.ui.chart import draw
from cogs.ui.interactions import Interaction, defer, edit, guild_of
from cogs.ui.member_names import MemberNames
from jobs.credits.reports import MOST_STATEMENTS
from jobs.models import Balance, Spending
from jobs.models.quota import zone_of
from jobs.models.rejections import Denied, Rejected
from jobs.orders.service import JobService
from jobs.store.queries import guilds

_FRESH_SECONDS = 60.0


class Credits(ServiceCog):
    group = app_commands.Group(
        name="credits", description="What was spent, and what is left", guild_only=True
    )

    # Discord hides a command from members by their permissions in a server, and only a whole group.
    owners = app_commands.Group(
        name="owner",
        description="For whoever runs this bot",
        guild_only=True,
        default_permissions=discord.Permissions(administrator=True),
    )

    def __init__(self, service: JobService) -> None:
        super().__init__(service)
        self._names = MemberNames()

    @group.command(name="mine")
    async def mine(self, interaction: Interaction) -> None:
        """See what you spent today, what your quota leaves you, and what is left."""
        # The API may be slow: the member sees "thinking" at once, and the balance when it comes.
        await defer(interaction)
        service, origin = self._service, origin_of(interaction)
        guild_id = origin.guild_id
        settings = await service.read(guilds.settings, guild_id)
        report = await service.reports.of_member(origin, settings)
        balance = credit_messages.BALANCE_HIDDEN
        if settings.balance_for_all or is_moderator(interaction):
            balance = self._balance(guild_id, report.balance, report.reserved)
        block = settings.block_of(origin.user_id, service.now())
        lines = (
            *([limit_messages.blocked(block)] if block else []),
            balance,
            limit_messages.remaining(report.uses),
            credit_messages.usage("This server, today", report.everybody),
            credit_messages.usage("You, today", report.mine),
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
        report = await service.reports.of_server(guild_id, span)
        found, rows = report.spending, report.statements
        lines = (
            self._balance(guild_id, report.balance, report.reserved),
            credit_messages.outlook(report.balance, report.reserved, found),
            credit_messages.spending(found, days),
            credit_messages.drift(report.drifts),
            credit_messages.cut(len(rows)) if len(rows) >= MOST_STATEMENTS else "",
        )
        zone = zone_of(settings.timezone) or UTC
        # Those of the list first, then those with most jobs.
        busiest = [user_id for user_id, _ in Counter(one.user_id for one in rows).most_common()]
        names = await self._names.of(
            interaction.client, guild_id, [*(user_id for user_id, _ in found.by_member), *busiest]
        )
        channels = _channels(interaction.guild, {one.channel_id for one in rows})
        csv = await asyncio.to_thread(credit_messages.csv_file, rows, zone, names, channels)
        files = [discord.File(BytesIO(csv), filename="credits.csv")]
        embed = embeds.info("Credits of this server", "\n".join(lines).strip())
        picture = await _drawn(found, [begin for begin, _ in span], zone, names)
        if picture is not None:
            files.append(discord.File(BytesIO(picture), filename="credits.png"))
            embed.set_image(url="attachment://credits.png")
        await edit(interaction, embed=embed, attachments=files)

    def _balance(self, guild_id: int, known: Balance | None, reserved: int) -> str:
        """Say what is left of a server's balance, or why nobody knows."""
        text = key_messages.no_balance(self._service.keys.paying(guild_id))
        return text or self._in_words(known, reserved)

    @owners.command(name="credits")
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
        return credit_messages.balance(known, reserved=reserved, fresh=fresh)


def _channels(guild: discord.Guild | None, ids: Iterable[int]) -> dict[int, str]:
    """Name the channels and open threads that still exist."""
    found = {one: guild.get_channel_or_thread(one) if guild else None for one in ids}
    return {one: f"#{channel.name}" for one, channel in found.items() if channel is not None}


async def _drawn(
    found: Spending, days: Sequence[float], zone: tzinfo, names: Mapping[int, str]
) -> bytes | None:
    """Draw days by the server's calendar, and members in the order of the list beside the picture."""
    labels = [f"{datetime.fromtimestamp(begin, zone):%d %b}" for begin in days]
    members = [(names.get(user_id, ""), amount) for user_id, amount in found.by_member]
    return await draw(list(zip(labels, found.by_day, strict=True)), members)
