"""Hear what a jam led to: its album."""

from cogs.ordering.jams.finding import jam_of
from cogs.ordering.place_order import origin_of
from cogs.text.jams import album
from cogs.ui.interactions import Interaction, reply
from jobs.models.jam import Jam
from jobs.orders.service import JobService


async def album_pressed(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    await post_album(interaction, await jam_of(interaction, subject))


async def post_album(interaction: Interaction, jam: Jam) -> None:
    """Have the album posted here; what is here already is shown the way to."""
    packed = await interaction.client.jams.album(jam, origin_of(interaction))
    text = album.COMES if packed.place is None else album.is_here(packed.job, packed.place)
    await reply(interaction, text)
