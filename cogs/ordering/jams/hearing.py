"""Hear what a jam led to: its album, and listening parties, which hosts and moderators lead."""

import asyncio

import discord

from cogs.ordering.jams.finding import jam_of
from cogs.ordering.jams.hosting import check_host, led_jam
from cogs.ordering.permissions import check_channel
from cogs.ordering.place_order import origin_of
from cogs.text.clean import number
from cogs.text.jams import album, party
from cogs.ui.interactions import TRANSPORT_ERRORS, Interaction, reply
from jobs.models import Place
from jobs.models.jam import Jam
from jobs.orders.service import JobService

# Of the three that Discord gives an answer.
_LOOK_SECONDS = 1.5
_TO_SPEAK = {"view_channel": "View Channel", "connect": "Connect", "speak": "Speak"}


async def album_pressed(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    await post_album(interaction, await jam_of(interaction, subject))


async def post_album(interaction: Interaction, jam: Jam) -> None:
    """Have the album posted here; what is here already is shown the way to."""
    hearing, origin = interaction.client.jams.hearing, origin_of(interaction)
    packed = await hearing.album(jam, origin)
    if packed.place is not None and await _is_deleted(interaction, packed.place):
        packed = await hearing.album(jam, origin, gone=packed.job)
    text = album.COMES if packed.place is None else album.is_here(packed.job, packed.place)
    await reply(interaction, text)


async def _is_deleted(interaction: Interaction, place: Place) -> bool:
    """Whether a message is surely gone; Discord is given a moment to say so, as the member waits."""
    channel = interaction.client.get_partial_messageable(place.channel_id, guild_id=interaction.guild_id)
    try:
        async with asyncio.timeout(_LOOK_SECONDS):
            await channel.fetch_message(place.message_id)
    except discord.NotFound:
        return True
    except (discord.HTTPException, *TRANSPORT_ERRORS):
        return False
    return False


async def listen_pressed(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    await begin_party(interaction, await jam_of(interaction, subject))


async def begin_party(interaction: Interaction, jam: Jam, every: str = "", voice: int = 0) -> None:
    """Let the songs of a jam come here one by one, for all to press play together or to hear in a call."""
    await check_host(interaction, jam)
    if voice and interaction.client.jams.hearing.has_voice:
        check_channel(interaction, voice, _TO_SPEAK)
    songs = await interaction.client.jams.hearing.listen(jam, origin_of(interaction), every, voice)
    await reply(interaction, party.begins(songs, voice))


async def skip(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    jam_id, _, seq = subject.partition("-")
    await interaction.client.jams.hearing.skip(await led_jam(interaction, jam_id), number(seq))
    await reply(interaction, party.SKIPPED)


async def stop(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    jam_id, _, seq = subject.partition("-")
    await interaction.client.jams.hearing.stop(await led_jam(interaction, jam_id), number(seq))
    await reply(interaction, party.STOPPED)
