"""`/quota`: limits on members, and blocked members. For moderators."""

from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands

from cogs.ordering.permissions import ModeratorCog, existing, roles_of, toggled
from cogs.text import limit_messages
from cogs.text.limit_messages import REASON
from cogs.ui.interactions import Interaction, guild_of
from jobs.models import Block, GuildSettings
from jobs.models.quota import MOST, Period, Quota, Subject, Unit
from jobs.models.rejections import ListFull, Rejected, WrongTarget
from jobs.store.queries import guilds

_MOST_QUOTAS = 200
_MOST_BLOCKED = 1000
_DAY_SECONDS, _HOUR_SECONDS = 24 * 3600, 3600
_UNITS = [app_commands.Choice(name=unit.value, value=unit.value) for unit in Unit]
_PERIODS = [app_commands.Choice(name=period.value, value=period.value) for period in Period]
# For whom a quota is, with the option that says which one.
_EACH, _ALL, _ROLE, _ONE = "each member", "all together", "a role", "one member"
_WHO = {_EACH: "", _ALL: "", _ROLE: "role", _ONE: "member"}
_CHOICES = [app_commands.Choice(name=who, value=who) for who in _WHO]


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
        who="Whom it limits: each member for themselves, or all of them together",
        amount="The most that is allowed; 0 allows nothing",
        unit="Count songs or credits",
        period="Per day, week or month, by this server's calendar",
        role="With who: a role. It limits each member who has it",
        member="With who: one member",
    )
    @app_commands.choices(who=_CHOICES, unit=_UNITS, period=_PERIODS)
    async def set_(
        self,
        interaction: Interaction,
        who: str,
        amount: app_commands.Range[int, 0, MOST],
        unit: str,
        period: str,
        role: discord.Role | None = None,
        member: discord.User | None = None,
    ) -> None:
        """Limit songs or credits: of each member, of all together, of a role, or of one member."""
        subject, subject_id = _subject(interaction, who, role, member)
        quota = Quota(subject, subject_id, Unit(unit), Period(period), amount)

        def edit(current: GuildSettings) -> Mapping[str, Any]:
            others = tuple(one for one in current.quotas if one.key != quota.key)
            if len(others) >= _MOST_QUOTAS:
                raise Rejected(ListFull(_MOST_QUOTAS))
            return {"quotas": (*others, quota)}

        await self._change(interaction, edit)

    @group.command(name="remove")
    @app_commands.describe(
        who="Whom it limits",
        unit="What it counts",
        period="Per day, week or month",
        role="With who: a role",
        member="With who: one member",
    )
    @app_commands.choices(who=_CHOICES, unit=_UNITS, period=_PERIODS)
    async def remove(
        self,
        interaction: Interaction,
        who: str,
        unit: str,
        period: str,
        role: discord.Role | None = None,
        member: discord.User | None = None,
    ) -> None:
        """Remove the quota of each member, of all together, of a role, or of one member."""
        subject = _subject(interaction, who, role, member)
        key, known = (*subject, Unit(unit), Period(period)), roles_of(interaction)

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
            return {"exempt_roles": toggled(current.exempt_roles, role.id, known, on=on)}

        await self._change(interaction, edit)

    @group.command(name="block")
    @app_commands.describe(
        member="The member to block",
        reason="Why; the member reads it",
        days="For how many days; without days and hours, until you lift it",
        hours="For how many hours, in addition to the days",
    )
    async def block(
        self,
        interaction: Interaction,
        member: discord.User,
        reason: app_commands.Range[str, 1, REASON] = "",
        days: app_commands.Range[int, 0, 365] = 0,
        hours: app_commands.Range[int, 0, 23] = 0,
    ) -> None:
        """Keep a member from making anything here. Jobs that are under way come to their end."""
        now, seconds = self._service.now(), float(days * _DAY_SECONDS + hours * _HOUR_SECONDS)
        block = Block(member.id, now + seconds if seconds else None, reason)

        def edit(current: GuildSettings) -> Mapping[str, Any]:
            others = _others_blocked(current, member.id, now)
            if len(others) >= _MOST_BLOCKED:
                raise Rejected(ListFull(_MOST_BLOCKED))
            return {"blocked": (*others, block)}

        await self._change(interaction, edit)

    @group.command(name="unblock")
    @app_commands.describe(member="Who may make things again")
    async def unblock(self, interaction: Interaction, member: discord.User) -> None:
        """Let a blocked member make things again."""
        at = self._service.now()
        await self._change(interaction, lambda now: {"blocked": _others_blocked(now, member.id, at)})

    def _text(self, chosen: GuildSettings, guild_id: int) -> str:
        return limit_messages.quotas(chosen, guild_id=guild_id, now=self._service.now())


def _subject(
    interaction: Interaction, who: str, role: discord.Role | None, member: discord.User | None
) -> tuple[Subject, int]:
    """Say whom a quota limits; a server's id is also that of its role @everyone, which is each member."""
    named = {name for name, one in (("role", role), ("member", member)) if one is not None}
    if named != {_WHO[who]} - {""}:
        raise Rejected(WrongTarget(who, _WHO[who], tuple(sorted(named - {_WHO[who]}))))
    if member is not None:
        return Subject.MEMBER, member.id
    if role is not None:
        return Subject.ROLE, role.id
    return (Subject.ROLE, guild_of(interaction)) if who == _EACH else (Subject.SERVER, 0)


def _others_blocked(current: GuildSettings, user_id: int, now: float) -> tuple[Block, ...]:
    """Return the blocks of others that still hold."""
    return tuple(one for one in current.blocked if one.user_id != user_id and one.holds(now))
