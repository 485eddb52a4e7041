"""Vote in a jam, privately; and see how it stands."""

from typing import Any

import discord

from cogs.ordering.jams.finding import jam_of
from cogs.ordering.permissions import is_moderator
from cogs.text.clean import number
from cogs.text.jams import answers
from cogs.ui.interactions import Interaction, reply, respond, update
from cogs.ui.jams import ballots as shown
from cogs.ui.jams.messages import panel, state_buttons
from jobs.jams.service import Voter
from jobs.models.jam import HIDING, Jam, JamState
from jobs.models.rejections import JamProblem, JamRefused, Rejected
from jobs.orders.service import JobService
from jobs.store.queries.jams import ballots, entries, jams, trees


async def vote(interaction: Interaction, service: JobService, subject: str) -> None:
    """Show a member their ballot."""
    jam = await _voted(interaction, subject)
    await interaction.client.jams.may_vote(jam, _voter(interaction))
    content = await _ballot(interaction, service, jam, 0)
    if content is None:
        await reply(interaction, answers.nothing_to_pick(jam))
    else:
        await respond(interaction, ephemeral=True, **content)


async def turn(interaction: Interaction, service: JobService, subject: str) -> None:
    """Show another page of a ballot."""
    jam_id, _, page = subject.partition("-")
    jam = await _voted(interaction, jam_id)
    await _show_page(interaction, jam, await _ballot(interaction, service, jam, number(page)))


async def pick(interaction: Interaction, service: JobService, subject: str) -> None:
    """Take what was picked on a page, and show what the ballot is now."""
    jam_id, _, page = subject.partition("-")
    jam, voter = await jam_of(interaction, jam_id), _voter(interaction)
    data: Any = interaction.data or {}
    picked = [str(value) for value in data.get("values", ())]
    found = await interaction.client.jams.vote(jam, voter, picked, shown.letters_on(interaction.message))
    await _show_page(interaction, jam, await _ballot(interaction, service, jam, number(page), found))


async def remind(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    jam = await jam_of(interaction, subject)
    if jam.state not in HIDING:  # an old message still asks
        raise Rejected(JamRefused(JamProblem.OVER, jam.id, until=jam.state_at))
    on = await interaction.client.jams.remind(jam, interaction.user.id)
    await reply(interaction, answers.reminded(jam, on=on))


async def show(interaction: Interaction, service: JobService, subject: str) -> None:
    await show_jam(interaction, service, await jam_of(interaction, subject))


async def show_jam(interaction: Interaction, service: JobService, jam: Jam) -> None:
    """Say privately how a jam stands, with what can be done now."""
    figures = await service.read(jams.figures, jam)
    song = await interaction.client.jams.song(jam)
    branches = await service.read(trees.branches, jam) if jam.about.branches else ()
    leads = is_moderator(interaction) or interaction.user.id == jam.user_id
    await respond(
        interaction,
        ephemeral=True,
        embed=panel(jam, figures, song.title if song is not None else "", branches),
        view=state_buttons(jam, figures, interaction.user.id, leads=leads),
    )


async def _voted(interaction: Interaction, subject: str) -> Jam:
    jam = await jam_of(interaction, subject)
    if jam.state is not JamState.VOTING:
        raise Rejected(JamRefused(JamProblem.NO_VOTE, jam.id))
    return jam


async def _show_page(interaction: Interaction, jam: Jam, content: dict[str, Any] | None) -> None:
    await update(interaction, **(content or {"content": answers.nothing_to_pick(jam), "view": None}))


async def _ballot(
    interaction: Interaction, service: JobService, jam: Jam, page: int, found: ballots.Ballot | None = None
) -> dict[str, Any] | None:
    """What a page of a ballot shows, `found` where it was just read; None where nothing can be picked."""
    user_id = interaction.user.id
    if found is None:
        found = await service.read(ballots.of_member, jam.id, user_id)
    if not found.choices:
        return None
    page = min(page, (len(found.choices) - 1) // shown.PAGE)  # pages go with what is removed
    mine = await service.read(entries.of_member, jam.id, user_id)
    own = [one.letter for one in mine if one.letter]
    return {"content": answers.ballot(jam, found, own), "view": shown.ballot(jam, found, page)}


def _voter(interaction: Interaction) -> Voter:
    member = interaction.user
    joined = member.joined_at if isinstance(member, discord.Member) else None
    return Voter(member.id, member.created_at.timestamp(), joined.timestamp() if joined else None)
