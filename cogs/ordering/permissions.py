"""Moderators, what they change, and the roles and channels of their server."""

from collections.abc import Collection, Iterable, Mapping

from cogs.ordering.place_order import lacking
from cogs.text import change_messages
from cogs.ui import embeds
from cogs.ui.base_bot import ServiceCog
from cogs.ui.interactions import Interaction, guild_of, respond_in_pages
from jobs.models import Edit, GuildSettings
from jobs.models.rejections import ChannelClosed, Rejected


def is_moderator(interaction: Interaction) -> bool:
    """Whether a member is a moderator; also a discord.py check for a single command."""
    return interaction.permissions.manage_guild


class ModeratorCog(ServiceCog):
    """Settings, for moderators. Discord hides the commands, but a server can show them to anyone."""

    title: str

    def interaction_check(self, interaction: Interaction, /) -> bool:  # type: ignore[override] # it is our bot
        return is_moderator(interaction)

    def _text(self, chosen: GuildSettings, guild_id: int) -> str:
        """Say how things stand."""
        raise NotImplementedError

    def _warnings(self, interaction: Interaction, chosen: GuildSettings) -> list[str]:  # noqa: ARG002 - for those who have some
        """Say what of it cannot be done as things are in Discord."""
        return []

    async def _show(self, interaction: Interaction, chosen: GuildSettings, saved: str = "") -> None:
        text = self._text(chosen, guild_of(interaction))
        warnings = "\n".join(self._warnings(interaction, chosen))
        text = "\n\n".join(filter(None, (saved, warnings, text)))
        await respond_in_pages(interaction, embeds.in_pages(self.title, text))

    async def _change(self, interaction: Interaction, edit: Edit) -> None:
        guild_id = guild_of(interaction)
        chosen, changes = await self._service.change_settings(guild_id, interaction.user.id, edit)
        await self._show(interaction, chosen, change_messages.saved(changes, guild_id=guild_id))


def roles_of(interaction: Interaction) -> frozenset[int]:
    return frozenset(role.id for role in interaction.guild.roles) if interaction.guild else frozenset()


def channels_of(interaction: Interaction) -> frozenset[int]:
    """Return the server's channels and open threads; empty where they are unknown."""
    guild = interaction.guild
    return frozenset(one.id for one in (*guild.channels, *guild.threads)) if guild else frozenset()


def existing(ids: Iterable[int], known: Collection[int]) -> tuple[int, ...]:
    """Drop ids of deleted channels and roles; Discord's picker cannot offer them."""
    return tuple(one for one in ids if not known or one in known)


def toggled(ids: Iterable[int], one: int, known: Collection[int], *, on: bool) -> tuple[int, ...]:
    """Put an id at the end, or remove it together with ids deleted since."""
    others = tuple(each for each in ids if each != one)
    return (*others, one) if on else existing(others, known)


def check_channel(interaction: Interaction, channel_id: int, needed: Mapping[str, str]) -> None:
    """Reject a channel where the bot is known to lack permissions."""
    if missing := missing_in(interaction, channel_id, needed):
        raise Rejected(ChannelClosed(channel_id, missing))


def missing_in(
    interaction: Interaction, channel_id: int, needed: Mapping[str, str]
) -> tuple[str, ...] | None:
    """Name what the bot lacks in a channel: none of them if the channel is gone; None where all is well.

    What Discord has not said is taken to be well.
    """
    guild = interaction.guild
    if guild is None or guild.me is None or not guild.channels:
        return None
    channel = guild.get_channel(channel_id)
    if channel is None:
        return ()
    return lacking(channel.permissions_for(guild.me), needed) or None
