"""Enter a jam: choose a way, see what came of it, let another take count, withdraw. All privately."""

from dataclasses import replace

from cogs.ordering.clip_refs import ClipRef, order_on
from cogs.ordering.forms import begin
from cogs.ordering.jams.finding import jam_of
from cogs.ordering.place_order import origin_of
from cogs.text.clean import number
from cogs.text.form_specs import ASKED
from cogs.text.jams import answers
from cogs.ui.controls import answers_question
from cogs.ui.interactions import Interaction, defer, edit, guild_of, reply, respond
from cogs.ui.jams import entries as shown
from jobs.models import Clip, Order
from jobs.models.jam import Entry, EntryState, Jam
from jobs.models.rejections import JamProblem, JamRefused, Rejected
from jobs.orders.service import JobService
from jobs.rules.resolve_source import fits
from jobs.store.queries import jobs
from jobs.store.queries.jams import entries, jams


async def enter(interaction: Interaction, service: JobService, subject: str) -> None:
    """Offer the ways to make an entry that the API has, and that suit the jam's song."""
    jam = await jam_of(interaction, subject)
    song = await interaction.client.jams.song(jam)
    suit = [operation for operation in jam.ways if _suits(service, operation, song)]
    offered = {operation: service.catalogue.price(operation, {}) for operation in suit}
    if not offered:
        await reply(interaction, answers.NO_WAY)
        return
    # What would be refused afterwards is refused now, by the same checks.
    first = _order(jam, suit[0], song)
    await service.check_unasked(first, origin_of(interaction), ASKED[suit[0]])
    used = await service.read(entries.tries, jam.id, interaction.user.id)
    await respond(interaction, ephemeral=True, content=answers.how(jam, used), view=shown.ways(jam, offered))


async def make(interaction: Interaction, service: JobService, subject: str) -> None:
    """Open the form of a way."""
    jam_id, _, word = subject.partition("-")
    jam = await jam_of(interaction, jam_id)
    operation = shown.operation_of(word)
    if operation not in jam.ways:
        raise Rejected(JamRefused(JamProblem.WAY, jam.id))
    await begin(interaction, service, _order(jam, operation, await interaction.client.jams.song(jam)))


async def mine(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    """Show a member what they have made, to play and to decide about."""
    await show_mine(interaction, await jam_of(interaction, subject))


async def show_mine(interaction: Interaction, jam: Jam) -> None:
    await defer(interaction, thinking=not answers_question(interaction))  # the files take their time
    tries = await interaction.client.jams.mine(jam, interaction.user.id)
    sound, view = shown.files(tries), shown.buttons(jam, tries)
    me = interaction.user
    names = {me.name, me.display_name, me.global_name or ""}
    try:
        await edit(interaction, content=answers.mine(jam, tries, names), attachments=sound, view=view)
    finally:
        for one in sound:  # an answer that may be tried again closes nothing
            one.close()


async def choose(interaction: Interaction, service: JobService, subject: str) -> None:
    entry_id, _, position = subject.partition("-")
    jam, entry = await _own(interaction, service, entry_id)
    await interaction.client.jams.choose(jam, interaction.user.id, entry.id, number(position))
    await show_mine(interaction, jam)


async def withdraw(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    jam = await jam_of(interaction, subject)
    await interaction.client.jams.withdraw(jam, interaction.user.id)
    await show_mine(interaction, jam)


async def retry(interaction: Interaction, service: JobService, subject: str) -> None:
    """Make a try again whose paid call got no answer."""
    _, entry = await _own(interaction, service, subject)
    if await service.retry(entry.job_id, origin_of(interaction)) is None:
        raise Rejected(JamRefused(JamProblem.NOTHING_TO_ENTER, entry.jam_id))
    await reply(interaction, answers.RETRIED)


async def give_up(interaction: Interaction, service: JobService, subject: str) -> None:
    _, entry = await _own(interaction, service, subject)
    job = await service.read(jobs.by_id, entry.job_id)
    if entry.state is not EntryState.WORKING or job is None or await service.cancel(job.id) is None:
        raise Rejected(JamRefused(JamProblem.NOTHING_TO_ENTER, entry.jam_id))
    await reply(interaction, answers.GIVEN_UP)


async def _own(interaction: Interaction, service: JobService, subject: str) -> tuple[Jam, Entry]:
    """Find a member's own entry; to anybody else it does not exist. Raises Rejected."""
    entry = await service.read(entries.by_id, number(subject))
    jam = None
    if entry is not None and entry.user_id == interaction.user.id:
        jam = await service.read(jams.in_guild, guild_of(interaction), entry.jam_id)
    if entry is None or jam is None:
        raise Rejected(JamRefused(JamProblem.GONE))
    return jam, entry


def _suits(service: JobService, operation: str, song: Clip | None) -> bool:
    if operation not in service.catalogue.operations:
        return False
    terms = service.catalogue.terms(operation)
    made_here = song is None or (song.provider == terms.provider and fits(song, terms))
    return made_here and not terms.retired


def _order(jam: Jam, operation: str, song: Clip | None) -> Order:
    if jam.song:
        return replace(order_on(ClipRef(jam.song, song), operation), jam_id=jam.id)
    return Order(operation, {}, "", jam_id=jam.id)
