"""Take part in a relay or in lines: join, take a turn, pass, choose a take; and what its host decides."""

from dataclasses import replace
from typing import Any

from cogs.ordering.clip_refs import ClipRef, order_on
from cogs.ordering.forms import open_form, typed_texts
from cogs.ordering.jams.finding import jam_of
from cogs.ordering.jams.hosting import check_host, led_jam
from cogs.ordering.place_order import origin_of
from cogs.text.clean import number, shortened
from cogs.text.jams import relays
from cogs.text.rejection_messages import rejection
from cogs.ui.interactions import Interaction, open_modal, reply
from cogs.ui.jams.turns import line_form
from jobs.models import Clip, Order
from jobs.models.jam import Entry, Jam
from jobs.models.rejections import JamProblem, JamRefused, Rejected
from jobs.orders.service import JobService
from jobs.store.queries.jams import entries

# Of a song's words: what a line may have, where many of them share it.
_LONGEST_LINE = 100


async def join(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    jam = await jam_of(interaction, subject)
    count = await interaction.client.jams.turns.join(jam, origin_of(interaction))
    await reply(interaction, relays.joined(jam, count))


async def leave(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    await interaction.client.jams.turns.leave(await jam_of(interaction, subject), interaction.user.id)
    await reply(interaction, relays.LEFT)


async def begin(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    await interaction.client.jams.turns.begin(await led_jam(interaction, subject))
    await reply(interaction, relays.BEGUN)


async def take(interaction: Interaction, service: JobService, subject: str) -> None:
    """Open the form of a turn, of whoever it is."""
    jam = await jam_of(interaction, subject)
    entry, base = await interaction.client.jams.turns.take(jam, interaction.user.id)
    if jam.about.sings:
        await open_modal(interaction, line_form(jam, _longest(service, jam)))
        return
    try:
        await open_form(interaction, service, _order(service, jam, base))
    except Rejected:
        await interaction.client.jams.turns.give_back(entry)
        raise


def _longest(service: JobService, jam: Jam) -> int:
    """What a line may have, so that all of them fit into the words of one song."""
    whole = service.catalogue.limit("lyrics", operation=jam.about.sings)
    return min(_LONGEST_LINE, whole // jam.turns - 1)


def _order(service: JobService, jam: Jam, base: Clip | None) -> Order:
    """What a turn orders: a song, or one that goes on from the end of what there is."""
    base_id = base.clip_id if base is not None else jam.song
    if base_id:
        operation = jam.about.from_song[0]
        at_end = {"at_end": True} if base is not None and base.duration else {}
        found = order_on(ClipRef(base_id, base), operation, **at_end)
    else:
        operation = jam.about.ways[0]
        title = shortened(jam.theme, service.catalogue.limit("title", operation=operation))
        found = Order(operation, {"title": title}, title)
    return replace(found, jam_id=jam.id)


async def pass_on(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    jam = await jam_of(interaction, subject)
    await interaction.client.jams.turns.pass_on(jam, interaction.user.id)
    await reply(interaction, relays.PASSED)


async def line_submitted(
    interaction: Interaction, service: JobService, subject: str, components: list[dict[str, Any]]
) -> None:
    """Take a line; one that comes too late is handed back."""
    jam = await jam_of(interaction, subject)
    if not jam.about.sings:
        raise Rejected(JamRefused(JamProblem.GONE))
    typed = " ".join(typed_texts(components).get("words", "").split())
    try:
        origin = origin_of(interaction)
        await interaction.client.jams.turns.write_line(jam, origin, typed[: _longest(service, jam)])
    except Rejected as rejected:
        await reply(interaction, relays.not_added(rejection(rejected.rejection), typed))
        return
    await reply(interaction, relays.added(jam))


async def go_on_with(interaction: Interaction, service: JobService, subject: str) -> None:
    """Say which take goes on."""
    entry_id, _, position = subject.partition("-")
    jam, entry = await _turn(interaction, service, entry_id)
    await interaction.client.jams.turns.choose(jam, interaction.user.id, entry, number(position))
    await reply(interaction, relays.CHOSEN)


async def resume(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    await interaction.client.jams.turns.resume(await led_jam(interaction, subject))
    await reply(interaction, relays.RESUMED)


async def join_again(interaction: Interaction, service: JobService, subject: str) -> None:
    """Have what the bot ordered made again, although it may have been paid already."""
    jam, entry = await _turn(interaction, service, subject)
    await check_host(interaction, jam)
    if await service.retry(entry.join_id, origin_of(interaction)) is None:
        raise Rejected(JamRefused(JamProblem.MOVED_MEANWHILE, jam.id))
    await reply(interaction, relays.RESUMED)


async def go_on_without(interaction: Interaction, service: JobService, subject: str) -> None:
    jam, entry = await _turn(interaction, service, subject)
    await check_host(interaction, jam)
    await interaction.client.jams.turns.give_up_join(jam, entry.id)
    await reply(interaction, relays.WITHOUT_IT)


async def _turn(interaction: Interaction, service: JobService, subject: str) -> tuple[Jam, Entry]:
    """Find a turn by its number, in this server. Raises Rejected."""
    entry = await service.read(entries.by_id, number(subject))
    if entry is None:
        raise Rejected(JamRefused(JamProblem.GONE))
    return await jam_of(interaction, str(entry.jam_id)), entry
