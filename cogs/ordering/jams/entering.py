"""Enter a jam: choose a way, see what came of it, let another take count, withdraw. All privately."""

from dataclasses import replace

from cogs.ordering.clip_refs import ClipRef
from cogs.ordering.forms import begin
from cogs.ordering.jams import branching
from cogs.ordering.jams.finding import jam_of
from cogs.ordering.jams.ways import check_ways, offered, order_for
from cogs.ordering.place_order import origin_of
from cogs.text.clean import number
from cogs.text.jams import answers
from cogs.ui.controls import answers_question
from cogs.ui.interactions import Interaction, defer, edit, guild_of, reply, respond
from cogs.ui.jams import entries as shown
from jobs.models.jam import Entry, EntryState, Jam
from jobs.models.rejections import JamProblem, JamRefused, Rejected
from jobs.orders.service import JobService
from jobs.store.queries import jobs
from jobs.store.queries.jams import entries, jams


async def enter(interaction: Interaction, service: JobService, subject: str) -> None:
    """Offer the ways to make an entry that the API has, and that suit the jam's song."""
    jam = await jam_of(interaction, subject)
    if jam.about.branches:
        await branching.choose_source(interaction, service, jam)
        return
    song = await _song(interaction, jam)
    ways = offered(service, jam.ways, song.clip if song else None)
    await check_ways(interaction, service, jam, song, ways)
    used = await service.read(entries.tries, jam.id, interaction.user.id)
    await respond(interaction, ephemeral=True, content=answers.how(jam, used), view=shown.ways(jam, ways))


async def make(interaction: Interaction, service: JobService, subject: str) -> None:
    """Open the form of a way."""
    jam_id, _, word = subject.partition("-")
    jam = await jam_of(interaction, jam_id)
    operation = shown.operation_of(word)
    if operation not in jam.ways:
        raise Rejected(JamRefused(JamProblem.WAY, jam.id))
    await begin(interaction, service, order_for(jam, operation, await _song(interaction, jam)))


async def _song(interaction: Interaction, jam: Jam) -> ClipRef | None:
    return ClipRef(jam.song, await interaction.client.jams.song(jam)) if jam.song else None


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


async def change(interaction: Interaction, service: JobService, subject: str) -> None:
    """Open the form of an earlier try anew, with what was typed in it."""
    jam, entry = await _own(interaction, service, subject)
    job = await service.read(jobs.by_id, entry.job_id)
    if job is None or job.operation not in jam.ways:
        raise Rejected(JamRefused(JamProblem.WAY, jam.id))
    await begin(interaction, service, replace(job.order, jam_id=jam.id), as_it_is=True)


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
