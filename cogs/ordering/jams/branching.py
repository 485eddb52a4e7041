"""Go on from any branch of a jam: choose what from, then how, then fill in the ordinary form."""

from dataclasses import replace

from cogs.ordering.clip_refs import ClipRef
from cogs.ordering.forms import begin
from cogs.ordering.jams.finding import jam_of
from cogs.ordering.jams.ways import check_ways, offered, order_for
from cogs.text.clean import number
from cogs.text.jams import trees
from cogs.ui.interactions import Interaction, guild_of, respond, update
from cogs.ui.jams import entries as shown
from jobs.jams.service import Wish
from jobs.models import Clip
from jobs.models.jam import Jam
from jobs.models.jam_kinds import KINDS
from jobs.models.rejections import JamProblem, JamRefused, Rejected
from jobs.orders.service import JobService
from jobs.store.queries import jobs
from jobs.store.queries.jams import entries, jams
from jobs.store.queries.jams import trees as rows

# Discord takes 25 in a menu, of which one is the song itself; of more the newest, and each has its button.
_MOST = 24


def from_song(service: JobService, wish: Wish, song: ClipRef) -> Wish:
    """A tree that begins with a song, and is called like it. Raises Rejected where nothing suits that."""
    if not offered(service, KINDS[wish.kind].from_song, song.clip):
        raise Rejected(JamRefused(JamProblem.NO_WAY))
    return replace(wish, song=song.clip_id, theme=trees.root(song.clip))


async def choose_source(interaction: Interaction, service: JobService, jam: Jam) -> None:
    """Ask what a member wants to go on from: the song, or any branch; where there is none yet, how."""
    song = await interaction.client.jams.song(jam)
    ways = offered(service, jam.ways, song)
    await check_ways(interaction, service, jam, ClipRef(jam.song, song), ways)
    branches = await service.read(rows.branches, jam)
    if not branches:
        await respond(
            interaction,
            ephemeral=True,
            content=trees.how(jam, await _tries(interaction, service, jam)),
            view=shown.branch_ways(jam, [("", None)], ways),
        )
        return
    takes = sorted((take for one in branches for take in one.takes), key=lambda take: -take.job_id)
    heard, guild_id = interaction.client.heard_names, guild_of(interaction)
    named = [
        (trees.named(take), trees.whose(take, heard.get((guild_id, take.user_id), "")), take)
        for take in takes[:_MOST]
    ]
    root = (trees.root(song), trees.ROOT, None)
    await respond(
        interaction, ephemeral=True, content=trees.WHAT_FROM, view=shown.sources(jam, [root, *named])
    )


async def chosen(interaction: Interaction, service: JobService, subject: str) -> None:
    """Ask how to go on from what was chosen, in the place of that question."""
    jam, take = await _source(interaction, service, subject)
    song = take or await interaction.client.jams.song(jam)
    await update(
        interaction,
        content=trees.how(jam, await _tries(interaction, service, jam), trees.root(song)),
        view=shown.branch_ways(jam, [("", take)], offered(service, jam.ways, song)),
    )


async def branch(interaction: Interaction, service: JobService, subject: str) -> None:
    """Ask how to go on from the takes of a result, by the button below it."""
    job = await service.read(jobs.in_guild, guild_of(interaction), number(subject))
    jam = await service.read(jams.in_guild, guild_of(interaction), job.jam_id or 0) if job else None
    if job is None or jam is None:
        raise Rejected(JamRefused(JamProblem.GONE))
    takes = await service.read(rows.takes_of, jam.id, job.id)
    if not takes:
        raise Rejected(JamRefused(JamProblem.NO_BRANCH, jam.id))
    ways = offered(service, jam.ways, takes[0])
    await check_ways(interaction, service, jam, ClipRef(takes[0].clip_id, takes[0]), ways)
    several = len(takes) > 1
    await respond(
        interaction,
        ephemeral=True,
        content=trees.how(jam, await _tries(interaction, service, jam), trees.root(takes[0])),
        view=shown.branch_ways(jam, [(trees.part(take) if several else "", take) for take in takes], ways),
    )


async def grow(interaction: Interaction, service: JobService, subject: str) -> None:
    """Open the form of a way on what was chosen."""
    source, _, word = subject.rpartition("-")
    jam, take = await _source(interaction, service, source)
    operation = shown.operation_of(word)
    if operation not in jam.ways:
        raise Rejected(JamRefused(JamProblem.WAY, jam.id))
    ref = ClipRef(take.clip_id, take) if take else ClipRef(jam.song, await interaction.client.jams.song(jam))
    await begin(interaction, service, order_for(jam, operation, ref))


async def _source(interaction: Interaction, service: JobService, subject: str) -> tuple[Jam, Clip | None]:
    """Read what `shown.source_of` wrote; None is the song. Raises Rejected for what is no branch any more."""
    jam_id, job_id, position = map(number, f"{subject}--".split("-")[:3])
    jam = await jam_of(interaction, str(jam_id))
    if not job_id:
        return jam, None
    takes = await service.read(rows.takes_of, jam.id, job_id)
    found = next((one for one in takes if one.position == position), None)
    if found is None:
        raise Rejected(JamRefused(JamProblem.NO_BRANCH, jam.id))
    return jam, found


async def _tries(interaction: Interaction, service: JobService, jam: Jam) -> int:
    return await service.read(entries.tries, jam.id, interaction.user.id)
