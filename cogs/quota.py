"""`/quota`: limits on members, and blocked members. For moderators."""

from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands

from cogs.ordering.permissions import ModeratorCog, existing, roles_of
from cogs.text import limit_messages
from cogs.ui.interactions import Interaction, guild_of
from jobs.models import GuildSettings
from jobs.models.quota import MOST, Period, Quota, Subject, Unit
from jobs.models.rejections import Denied, ListFull, Rejected
from jobs.store.queries import guilds

_MOST_QUOTAS = 200
_MOST_BLOCKED = 1000
_UNITS = [app_commands.Choice(name=unit.value, value=unit.value) for unit in Unit]
_PERIODS = [app_commands.Choice(name=period.value, value=period.value) for period in Period]


class Quotas(ModeratorCog):
    """Quotas and blocked members are settings of the server, so the audit has them too."""

    title = "Quotas"

    group = app_commands.Group(
        name="quota",
        description="Limit what members use (moderators)",
        guild_only=True,
        default_permissions=discord.Permissions(manage_guild=True),
    )

    @group.command(name="show")
    async def show(self, interaction: Interaction) -> None:
        """See the quotas of this server, and who is blocked."""
        await self._show(interaction, await self._service.read(guilds.settings, guild_of(interaction)))

    @group.command(name="set")
    @app_commands.describe(
        amount="How many; 0 for none",
        unit="What is counted",
        period="In which time, by this server's calendar",
        member="For one member",
        role="For each member with this role; @everyone for each member",
    )
    @app_commands.choices(unit=_UNITS, period=_PERIODS)
    async def set_(
        self,
        interaction: Interaction,
        amount: app_commands.Range[int, 0, MOST],
        unit: str,
        period: str,
        member: discord.User | None = None,
        role: discord.Role | None = None,
    ) -> None:
        """Set a quota for a member, a role, or (without either) for all members together."""
        subject, subject_id = _subject(member, role)
        quota = Quota(subject, subject_id, Unit(unit), Period(period), amount)

        def edit(current: GuildSettings) -> Mapping[str, Any]:
            others = tuple(one for one in current.quotas if one.key != quota.key)
            if len(others) >= _MOST_QUOTAS:
                raise Rejected(ListFull(_MOST_QUOTAS))
            return {"quotas": (*others, quota)}

        await self._change(interaction, edit)

    @group.command(name="remove")
    @app_commands.describe(
        unit="What it counts",
        period="In which time",
        member="That of one member",
        role="That of a role",
    )
    @app_commands.choices(unit=_UNITS, period=_PERIODS)
    async def remove(
        self,
        interaction: Interaction,
        unit: str,
        period: str,
        member: discord.User | None = None,
        role: discord.Role | None = None,
    ) -> None:
        """Remove a quota of a member, of a role, or (without either) of all members together."""
        key, known = (*_subject(member, role), Unit(unit), Period(period)), roles_of(interaction)

        def stays(quota: Quota) -> bool:
            of_role = quota.subject is Subject.ROLE
            return quota.key != key and (not of_role or bool(existing([quota.subject_id], known)))

        await self._change(interaction, lambda current: {"quotas": tuple(filter(stays, current.quotas))})

    @group.command(name="exempt")
    @app_commands.describe(role="Whose members have no quota but their own", on="Whether it is exempt")
    async def exempt(self, interaction: Interaction, role: discord.Role, *, on: bool) -> None:
        """Exempt a role from quotas; a member's own and the server's still hold."""
        known = roles_of(interaction)

        def edit(current: GuildSettings) -> Mapping[str, Any]:
            exempt = _toggled(current.exempt_roles, role.id, on=on)
            return {"exempt_roles": exempt if on else existing(exempt, known)}

        await self._change(interaction, edit)

    @group.command(name="block")
    @app_commands.describe(member="Who may not make anything")
    async def block(self, interaction: Interaction, member: discord.User) -> None:
        """Keep a member from making anything here. Jobs that are under way come to their end."""

        def edit(current: GuildSettings) -> Mapping[str, Any]:
            if len(current.blocked) >= _MOST_BLOCKED:
                raise Rejected(ListFull(_MOST_BLOCKED))
            return {"blocked": _toggled(current.blocked, member.id, on=True)}

        await self._change(interaction, edit)

    @group.command(name="unblock")
    @app_commands.describe(member="Who may make things again")
    async def unblock(self, interaction: Interaction, member: discord.User) -> None:
        """Let a blocked member make things again."""
        await self._change(interaction, lambda now: {"blocked": _toggled(now.blocked, member.id, on=False)})

    def _text(self, chosen: GuildSettings, guild_id: int) -> str:
        return limit_messages.quotas(chosen, guild_id=guild_id)


def _subject(member: discord.User | None, role: discord.Role | None) -> tuple[Subject, int]:
    if member is not None and role is not None:
        raise Rejected(Denied.MEMBER_AND_ROLE)
    if member is not None:
        return Subject.MEMBER, member.id
    return (Subject.SERVER, 0) if role is None else (Subject.ROLE, role.id)


def _toggled(ids: tuple[int, ...], one: int, *, on: bool) -> tuple[int, ...]:
    others = tuple(each for each in ids if each != one)
    return (*others, one) if on else others
