"""Hear what a jam led to: its album, and listening parties, which hosts and moderators lead."""

from cogs.ordering.jams.finding import jam_of
from cogs.ordering.jams.hosting import check_host, led_jam
from cogs.ordering.place_order import origin_of
from cogs.text.clean import number
from cogs.text.jams import album, party
from cogs.ui.interactions import Interaction, reply
from jobs.models.jam import Jam
from jobs.orders.service import JobService


async def album_pressed(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    await post_album(interaction, await jam_of(interaction, subject))


async def post_album(interaction: Interaction, jam: Jam) -> None:
    """Have the album posted here; what is here already is shown the way to."""
    packed = await interaction.client.jams.hearing.album(jam, origin_of(interaction))
    text = album.COMES if packed.place is None else album.is_here(packed.job, packed.place)
    await reply(interaction, text)


async def listen_pressed(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    await begin_party(interaction, await jam_of(interaction, subject))


async def begin_party(interaction: Interaction, jam: Jam, every: str = "") -> None:
    """Let the songs of a jam come here one by one, for all to press play together."""
    await check_host(interaction, jam)
    songs = await interaction.client.jams.hearing.listen(jam, origin_of(interaction), every)
    await reply(interaction, party.begins(songs))


async def skip(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    jam_id, _, seq = subject.partition("-")
    await interaction.client.jams.hearing.skip(await led_jam(interaction, jam_id), number(seq))
    await reply(interaction, party.SKIPPED)


async def stop(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    jam_id, _, seq = subject.partition("-")
    await interaction.client.jams.hearing.stop(await led_jam(interaction, jam_id), number(seq))
    await reply(interaction, party.STOPPED)
