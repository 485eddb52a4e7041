"""A winner's persona: offered to whoever won a jam, and with their consent chosen for another."""

import re
from typing import Any

from discord import app_commands

from cogs.ordering.clip_refs import ClipRef, find_persona, order_on
from cogs.ordering.forms import begin
from cogs.ordering.jams.finding import jam_of
from cogs.text.jams import winners as text
from cogs.ui.autocomplete import MAX_CHOICES, Choices, clips_for
from cogs.ui.channels import can_see
from cogs.ui.controls import BLUE, GREY, Control, folded
from cogs.ui.interactions import Interaction, guild_of, respond, update
from jobs.models.jam import Jam
from jobs.models.rejections import JamProblem, JamRefused, Rejected
from jobs.orders.service import JobService
from jobs.store.queries.jams.calendar import winners
from jobs.store.queries.jams.calendar.winners import Won

_PERSONA = "suno.persona"
_WINNER = re.compile(r"winner(?:\s+of)?\s*#?(?P<jam>\d{1,18})?", re.IGNORECASE | re.ASCII)
_any_persona = clips_for("suno.sing")


async def offer(interaction: Interaction, service: JobService, subject: str) -> None:
    """Offer the winner, and nobody else, a persona of their song."""
    jam, won = await _won(interaction, service, subject)
    if won.persona is not None:
        await respond(interaction, ephemeral=True, **_made(jam, won, lent=won.lent))
    elif won.song is not None:
        price = service.catalogue.price(_PERSONA, {})
        view = folded([Control(text.make(price), "jam-persona", str(jam.id), style=BLUE)])
        said = text.offer(jam, won.song, service.now())
        await respond(interaction, ephemeral=True, content=said, view=view)


async def make(interaction: Interaction, service: JobService, subject: str) -> None:
    """Open the form of a persona; whoever does that from here lends it."""
    jam, won = await _won(interaction, service, subject)
    if won.song is None:
        raise Rejected(JamRefused(JamProblem.NOTHING_TO_HEAR, jam.id))
    await interaction.client.jams.lend(jam, interaction.user.id, on=True)
    await begin(interaction, service, order_on(ClipRef(won.song.clip_id, won.song), _PERSONA))


async def lend(interaction: Interaction, service: JobService, subject: str) -> None:
    """Let contests sing with a winner's persona, or no more."""
    jam_id, _, on = subject.partition("-")
    jam, won = await _won(interaction, service, jam_id)
    await interaction.client.jams.lend(jam, interaction.user.id, on=on == "1")
    if won.persona is None:  # it was taken down meanwhile
        await offer(interaction, service, jam_id)
    else:
        await update(interaction, **_made(jam, won, lent=on == "1"))


async def singer(interaction: Interaction, service: JobService, typed: str, season: str) -> tuple[str, int]:
    """Find the persona that a contest is sung with, and the jam whose winner lends it; 0 for any other."""
    asked = _WINNER.fullmatch(typed.strip())
    if asked is None:
        return (await find_persona(interaction, service, typed)).clip_id, 0
    found = await _lending(interaction, service)
    if asked["jam"]:
        found = [(jam, won) for jam, won in found if jam.id == int(asked["jam"])]
    elif season:
        found = [
            (jam, won) for jam, won in found if jam.season.casefold() == " ".join(season.split()).casefold()
        ]
    if not found:
        raise Rejected(JamRefused(JamProblem.NOT_LENT, int(asked["jam"] or 0)))
    jam, won = found[0]
    return won.persona.clip_id if won.persona is not None else "", jam.id


async def complete(interaction: Interaction, typed: str) -> Choices:
    """Complete the personas of a server, those of winners first."""
    found = await _lending(interaction, interaction.client.service)
    named = [(text.choice(jam, won.persona), f"winner of #{jam.id}") for jam, won in found if won.persona]
    needle = typed.strip().lower()
    mine = [app_commands.Choice(name=name, value=value) for name, value in named if needle in name.lower()]
    return [*mine, *await _any_persona(interaction, typed)][:MAX_CHOICES]


async def _lending(interaction: Interaction, service: JobService) -> list[tuple[Jam, Won]]:
    found = await service.read(winners.lending, guild_of(interaction))
    return [(jam, won) for jam, won in found if can_see(interaction, jam.channel_id)]


async def _won(interaction: Interaction, service: JobService, subject: str) -> tuple[Jam, Won]:
    """Find the jam that the member who presses has won. Raises Rejected for anybody else."""
    jam = await jam_of(interaction, subject)
    found = [
        one for one in await service.read(winners.of_jam, jam) if one.entry.user_id == interaction.user.id
    ]
    if not found:
        raise Rejected(JamRefused(JamProblem.NOT_WINNER, jam.id))
    # What is lent can be taken back, whatever became of its song.
    if found[0].song is None and found[0].persona is None:
        raise Rejected(JamRefused(JamProblem.NOTHING_TO_HEAR, jam.id))
    return jam, found[0]


def _made(jam: Jam, won: Won, *, lent: bool) -> dict[str, Any]:
    label, to = (text.TAKE_BACK, 0) if lent else (text.LEND, 1)
    view = folded([Control(label, "jam-lend", f"{jam.id}-{to}", style=GREY if lent else BLUE)])
    return {"content": text.made(jam, won.persona, lent=lent) if won.persona else "", "view": view}
