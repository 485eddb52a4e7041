"""Find the jam that a button, a command or a channel means."""

from cogs.text.clean import number
from cogs.ui.interactions import Interaction, guild_of
from jobs.models.jam import RUNNING, Jam
from jobs.models.rejections import JamProblem, JamRefused, Rejected
from jobs.store.queries.jams import jams


async def jam_of(interaction: Interaction, subject: str) -> Jam:
    """Find a jam by the number in a button. Raises Rejected for one that is not this server's."""
    found = await interaction.client.jams.read(jams.in_guild, guild_of(interaction), number(subject))
    if found is None:
        raise Rejected(JamRefused(JamProblem.GONE))
    return found


async def jam_meant(interaction: Interaction, picked: int | None) -> Jam:
    """Find the jam that was picked or, without one, the one that runs in this channel. Raises Rejected."""
    if picked is not None:
        return await jam_of(interaction, str(picked))
    found = await interaction.client.jams.read(jams.latest, guild_of(interaction))
    here = [one for one in found if one.channel_id == interaction.channel_id]
    running = [one for one in here if one.state in RUNNING] or here[:1]
    if len(running) != 1:
        raise Rejected(JamRefused(JamProblem.WHICH))
    return running[0]
