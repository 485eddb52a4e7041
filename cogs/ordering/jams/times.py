"""Echo how a time is understood while it is typed: the moment, in the zone of the server, or how long."""

from datetime import datetime
from zoneinfo import ZoneInfo

from discord import app_commands

from cogs.text.jams import posts
from cogs.ui.autocomplete import MAX_NAME, Choices
from cogs.ui.interactions import Interaction, guild_of
from jobs.rules.jams import clock
from jobs.store.queries import guilds


async def moment(interaction: Interaction, typed: str) -> Choices:
    """When something begins or ends; what is counted from a later beginning is only a span."""
    jams = interaction.client.jams
    chosen = await jams.read(guilds.settings, guild_of(interaction))
    at = jams.understood(typed, chosen.timezone)
    relative = typed.strip().startswith("+") or bool(getattr(interaction.namespace, "starts", ""))
    if at is None or (relative and clock.span(typed) is not None):
        return await lasts(interaction, typed)
    local = datetime.fromtimestamp(at, ZoneInfo(chosen.timezone))
    shown = f"{local:%a} {local.day} {local:%b %H:%M} {chosen.timezone}, in {posts.span(at - jams.now())}"
    return _echoed(typed, shown)


async def lasts(_interaction: Interaction, typed: str) -> Choices:
    """How long something takes."""
    seconds = clock.span(typed)
    return _echoed(typed, posts.span(seconds)) if seconds else []


def _echoed(typed: str, shown: str) -> Choices:
    value = typed.strip()
    return [app_commands.Choice(name=f"{value}: {shown}"[:MAX_NAME], value=value)]
