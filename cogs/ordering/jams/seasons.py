"""Show how a season stands, counted from the jams in channels that a member sees."""

from discord import app_commands

from cogs.text.clean import clean_label
from cogs.text.jams import seasons as text
from cogs.ui import embeds
from cogs.ui.autocomplete import MAX_CHOICES, MAX_NAME, Choices
from cogs.ui.channels import can_see
from cogs.ui.interactions import Interaction, guild_of, reply, respond_in_pages
from jobs.rules.jams.season import standings
from jobs.store.queries.jams.calendar import seasons


async def seen(interaction: Interaction) -> list[str]:
    """List the seasons of a server that have a jam where a member sees it, the latest first."""
    found = await interaction.client.jams.read(seasons.channels, guild_of(interaction))
    return [name for name, channels in found.items() if any(can_see(interaction, one) for one in channels)]


async def complete(interaction: Interaction, typed: str) -> Choices:
    needle = " ".join(typed.split()).casefold()
    return [
        app_commands.Choice(name=clean_label(name, MAX_NAME), value=name)
        for name in await seen(interaction)
        if needle in name.casefold()
    ][:MAX_CHOICES]


async def show(interaction: Interaction, typed: str) -> None:
    """Show the table of a season; without a name, of the latest."""
    names, wanted = await seen(interaction), " ".join(typed.split()).casefold()
    name = next((one for one in names if not wanted or one.casefold() == wanted), None)
    if name is None:
        await reply(interaction, text.no_such(typed) if wanted and names else text.NONE_HERE)
        return
    every = await interaction.client.jams.read(seasons.of_name, guild_of(interaction), name)
    found = [(jam, entered) for jam, entered in every if can_see(interaction, jam.channel_id)]
    stands = standings(entered for _, entered in found)
    shown = text.table([jam for jam, _ in found], stands, interaction.user.id)
    await respond_in_pages(interaction, embeds.in_pages(text.title(name), shown))
