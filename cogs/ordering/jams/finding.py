"""Find the jam that a button, a command or a channel means."""

from cogs.text.clean import number
from cogs.ui.channels import can_see
from cogs.ui.interactions import Interaction, guild_of
from jobs.models.jam import RUNNING, Jam
from jobs.models.rejections import JamProblem, JamRefused, Rejected
from jobs.store.queries.jams import jams


async def jam_of(interaction: Interaction, subject: str) -> Jam:
    """Find a jam by its number. Raises Rejected for one of another server or of a channel closed to them."""
    found = await interaction.client.jams.read(jams.in_guild, guild_of(interaction), number(subject))
    if found is None or not can_see(interaction, found.channel_id):
        raise Rejected(JamRefused(JamProblem.GONE))
    return found


async def jams_seen(interaction: Interaction) -> list[Jam]:
    """List the jams that run, and the last that ended, in channels that a member sees."""
    found = await interaction.client.jams.read(jams.latest, guild_of(interaction))
    return [one for one in found if can_see(interaction, one.channel_id)]


async def jam_meant(interaction: Interaction, picked: int | None) -> Jam:
    """Find the jam that was picked or, without one, the one that runs in this channel. Raises Rejected."""
    if picked is not None:
        return await jam_of(interaction, str(picked))
    found = await jams_seen(interaction)
    here = [one for one in found if one.channel_id == interaction.channel_id]
    running = [one for one in here if one.state in RUNNING] or here[:1]
    if len(running) != 1:
        raise Rejected(JamRefused(JamProblem.WHICH))
    return running[0]
