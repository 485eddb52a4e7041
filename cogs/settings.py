"""`/settings`: a server's settings, for its moderators."""

import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import discord
from discord import app_commands

from cogs.ordering import server_key
from cogs.ordering.permissions import (
    ModeratorCog,
    channels_of,
    check_channel,
    missing_in,
    roles_of,
    toggled,
)
from cogs.ordering.place_order import FOR_A_LINE, NEEDED
from cogs.text import change_messages, settings_messages
from cogs.ui import embeds
from cogs.ui.channels import Channel, TextChannel
from cogs.ui.interactions import Interaction, guild_of, respond_in_pages
from jobs.models import GuildSettings
from jobs.models.operations import FAMILIES
from jobs.models.quota import MOST, zone_of
from jobs.models.rejections import Denied, ListFull, Rejected
from jobs.rules.admission import ANY
from jobs.rules.words import folded
from jobs.store.queries import guilds

_MAX_CHOICES = 25
_MOST_LISTED = 100
_MOST_WORDS, _LONGEST_WORD = 300, 60
_FAMILIES = [app_commands.Choice(name=name, value=name) for name in (ANY, *FAMILIES)]


class Settings(ModeratorCog):
    title = "Settings"
    group = app_commands.Group(
        name="settings",
        description="Choose how Encore works in this server (moderators)",
        guild_only=True,
        default_permissions=discord.Permissions(manage_guild=True),
    )

    @group.command(name="show")
    async def show(self, interaction: Interaction) -> None:
        """See what is set for this server."""
        await self._show(interaction, await self._service.read(guilds.settings, guild_of(interaction)))

    @group.command(name="audit")
    async def audit(self, interaction: Interaction) -> None:
        """See who changed which setting, and when."""
        changes = await self._service.read(guilds.history, guild_of(interaction))
        text = change_messages.audit(changes, guild_id=guild_of(interaction))
        await respond_in_pages(interaction, embeds.in_pages("Changes of settings", text))

    @group.command(name="threads")
    @app_commands.describe(on="Whether each song gets a thread")
    async def threads(self, interaction: Interaction, *, on: bool) -> None:
        """Post each song, and what is made from it, in a thread of its own."""
        await self._change(interaction, lambda _: {"threads": on})

    @group.command(name="results")
    @app_commands.describe(channel="Where results are posted; leave it out for where they are asked for")
    async def results(self, interaction: Interaction, channel: TextChannel | None = None) -> None:
        """Post all results in one channel, whichever they are asked for in; bad news stays there."""
        if channel is not None:
            check_channel(interaction, channel, NEEDED)
        await self._change(interaction, lambda _: {"results_channel": channel})

    @group.command(name="channel")
    @app_commands.describe(
        family="Which commands; any: all that have no channels of their own",
        channel="Where they may be used",
        allowed="Whether they may; without any allowed channel they may everywhere",
    )
    @app_commands.choices(family=_FAMILIES)
    async def channel(
        self, interaction: Interaction, family: str, channel: Channel, *, allowed: bool
    ) -> None:
        """Choose in which channels a family of commands may be used."""
        known = channels_of(interaction)
        await self._change(
            interaction, lambda now: {"channels": _listed(now.channels, family, channel, known, on=allowed)}
        )

    @group.command(name="role")
    @app_commands.describe(
        family="Which commands; any: all that have no roles of their own",
        role="Whose members may use them",
        allowed="Whether they may; without any allowed role everybody may",
    )
    @app_commands.choices(family=_FAMILIES)
    async def role(self, interaction: Interaction, family: str, role: discord.Role, *, allowed: bool) -> None:
        """Choose which roles may use a family of commands."""
        known = roles_of(interaction)
        await self._change(
            interaction, lambda now: {"roles": _listed(now.roles, family, role.id, known, on=allowed)}
        )

    @group.command(name="confirm")
    @app_commands.describe(credits="The price from which a member is asked first (20); 0 for never")
    async def confirm(
        self,
        interaction: Interaction,
        credits: app_commands.Range[int, 0, MOST],  # noqa: A002 - as shown
    ) -> None:
        """Ask members before something expensive is ordered."""
        await self._change(interaction, lambda _: {"confirm_from": credits})

    @group.command(name="max-jobs")
    @app_commands.describe(jobs="How many jobs one member may have under way; 0 for any number")
    async def max_jobs(self, interaction: Interaction, jobs: app_commands.Range[int, 0, 100]) -> None:
        """Limit how many jobs one member may have under way."""
        await self._change(interaction, lambda _: {"in_flight": jobs})

    @group.command(name="balance")
    @app_commands.describe(everyone="Whether members see how many credits are left, or moderators only")
    async def balance(self, interaction: Interaction, *, everyone: bool) -> None:
        """Choose who sees how many credits are left."""
        await self._change(interaction, lambda _: {"balance_for_all": everyone})

    @group.command(name="timezone")
    @app_commands.describe(name="Such as Europe/Berlin")
    async def timezone(self, interaction: Interaction, name: str) -> None:
        """Choose whose calendar "today" is of."""
        wanted = name.strip()
        if zone_of(wanted) is None:
            raise Rejected(Denied.UNKNOWN_TIMEZONE)
        await self._change(interaction, lambda _: {"timezone": wanted})

    @timezone.autocomplete("name")
    async def _zones(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        needle = typed.strip().lower().replace(" ", "_")
        found = [zone for zone in _zone_names() if needle in zone.lower()]
        return [app_commands.Choice(name=zone, value=zone) for zone in found[:_MAX_CHOICES]]

    @group.command(name="alerts")
    @app_commands.describe(
        channel="Where the alerts are posted; leave it out to keep the channel",
        below="Numbers of credits, such as 100, 20; leave it out to keep them",
        on="False switches the alerts off",
    )
    async def alerts(
        self,
        interaction: Interaction,
        channel: TextChannel | None = None,
        below: str = "",
        *,
        on: bool = True,
    ) -> None:
        """Set where and when low-balance alerts are posted."""
        if channel is not None:
            check_channel(interaction, channel, FOR_A_LINE)
        numbers = _thresholds(below) if below else None

        def edit(now: GuildSettings) -> Mapping[str, Any]:
            where = (channel or now.alert_channel) if on else None
            if on and where is None:
                raise Rejected(Denied.NO_ALERT_CHANNEL)
            return {"alert_channel": where, "alert_at": numbers or now.alert_at}

        await self._change(interaction, edit)

    @group.command(name="log")
    @app_commands.describe(
        channel="Where each order is listed: who, what, for how much; leave it out to keep the channel",
        on="False switches the log off",
    )
    async def log(
        self, interaction: Interaction, channel: TextChannel | None = None, *, on: bool = True
    ) -> None:
        """List every order in a channel, for moderators to read."""
        if channel is not None:
            check_channel(interaction, channel, FOR_A_LINE)

        def edit(now: GuildSettings) -> Mapping[str, Any]:
            where = (channel or now.log_channel) if on else None
            if on and where is None:
                raise Rejected(Denied.NO_LOG_CHANNEL)
            return {"log_channel": where}

        await self._change(interaction, edit)

    @group.command(name="words")
    @app_commands.describe(
        add="Words or phrases to forbid, with commas between them",
        remove="Words to allow again, with commas between them",
    )
    async def words(self, interaction: Interaction, add: str = "", remove: str = "") -> None:
        """Forbid words in prompts, titles, lyrics and styles; without options, see the list."""
        if not add and not remove:
            chosen = await self._service.read(guilds.settings, guild_of(interaction))
            text = settings_messages.words(chosen.forbidden_words)
            await respond_in_pages(interaction, embeds.in_pages("Forbidden words", text))
            return
        added, removed = _words(add), _words(remove)

        def edit(now: GuildSettings) -> Mapping[str, Any]:
            words = {folded(word): word for word in now.forbidden_words} | added
            words = {plain: word for plain, word in words.items() if plain not in removed}
            if len(words) > _MOST_WORDS:
                raise Rejected(ListFull(_MOST_WORDS))
            return {"forbidden_words": tuple(words.values())}

        await self._change(interaction, edit)

    @group.command(name="jam-hosts")
    @app_commands.describe(role="Whose members may start jams", allowed="Whether they may")
    async def jam_hosts(self, interaction: Interaction, role: discord.Role, *, allowed: bool) -> None:
        """Choose which roles may start jams; moderators always may."""
        known = roles_of(interaction)

        def edit(now: GuildSettings) -> Mapping[str, Any]:
            return {"jam_hosts": toggled(now.jam_hosts, role.id, known, on=allowed)[-_MOST_LISTED:]}

        await self._change(interaction, edit)

    @group.command(name="jam-pot")
    @app_commands.describe(credits="The largest pot that a host may set who is no moderator")
    async def jam_pot(
        self,
        interaction: Interaction,
        credits: app_commands.Range[int, 1, MOST],  # noqa: A002 - as shown
    ) -> None:
        """Limit the credits that a jam may use; without an option, hosts get a pot of that size."""
        await self._change(interaction, lambda _: {"jam_pot": credits})

    @group.command(name="key")
    async def key(self, interaction: Interaction) -> None:
        """Give this server an API key of its own, which then pays for what is made here."""
        await server_key.open_form(interaction, self._service)

    @group.command(name="key-remove")
    async def key_remove(self, interaction: Interaction) -> None:
        """Forget this server's API key at once. Jobs under way with it end, and say so."""
        await server_key.remove(interaction, self._service)

    def _text(self, chosen: GuildSettings, guild_id: int) -> str:
        return settings_messages.settings(chosen, self._service.keys.paying(guild_id))

    def _warnings(self, interaction: Interaction, chosen: GuildSettings) -> list[str]:
        """Name the chosen channels in which the bot cannot post."""
        wanted = (
            (chosen.results_channel, NEEDED),
            (chosen.alert_channel, FOR_A_LINE),
            (chosen.log_channel, FOR_A_LINE),
        )
        return [
            settings_messages.closed(channel_id, missing)
            for channel_id, needed in wanted
            if channel_id is not None and (missing := missing_in(interaction, channel_id, needed)) is not None
        ]


def _listed(
    lists: Mapping[str, Any], family: str, one: int, known: Collection[int], *, on: bool
) -> dict[str, tuple[int, ...]]:
    """Add an id to a family's list, or remove it together with ids deleted since."""
    if family not in (ANY, *FAMILIES):
        raise Rejected(Denied.UNKNOWN_FAMILY)
    changed = toggled(lists.get(family, ()), one, known, on=on)[-_MOST_LISTED:]
    return {**{name: tuple(ids) for name, ids in lists.items()}, family: changed}


def _words(text: str) -> dict[str, str]:
    """Read words by what is compared of them. Raises Rejected."""
    words = [" ".join(word.split()) for word in re.split(r"[,;\n]", text) if word.strip()]
    if any(len(word) > _LONGEST_WORD or not any(map(str.isalnum, folded(word))) for word in words):
        raise Rejected(Denied.WORDS_UNREADABLE)
    return {folded(word): word for word in words}


def _thresholds(text: str) -> tuple[int, ...]:
    """Read up to five numbers, highest first."""
    numbers = {int(number) for number in re.findall(r"\d{1,7}", text)}
    if not numbers or max(numbers) > MOST or re.search(r"[^\d\s,;]", text):
        raise Rejected(Denied.THRESHOLDS_UNREADABLE)
    return tuple(sorted(numbers, reverse=True)[:5])


@cache
def _zone_names() -> list[str]:
    return sorted(name for name in available_timezones() if "/" in name or name == "UTC")
