"""What one member does in a jam, by what stands in its channel: a choice by lot, and its steps."""

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from tests.behaviour.chaos import seen
from tests.behaviour.chaos.jams.hall import Hall, Press, pinged
from tests.fakes.discord import Interaction, Member, Message

# The shortest phases that there are, which the bot's scale makes twelve seconds.
WISHES: Mapping[str, Mapping[str, str | int]] = {
    "contest": {"ends": "10m", "votes": "10m", "pot": 120, "tries": 2, "picks": 2},
    "relay": {"turns": 3, "turn_time": "10m"},
}
_PATIENCE = 2.5
# How likely a host ends something at a glance, and once enough has been done; or moves its end.
_CLOSES, _CLOSES_AFTER, _MOVES = 0.01, 0.08, 0.02
_ENOUGH = {"enter": 4, "vote": 6}
_TRIES = 2
_VOTE = "letter by letter above"


@dataclass(frozen=True, slots=True)
class Act:
    member: Member
    do: Callable[[], Awaitable[None]]


def choose(hall: Hall, member: Member, chance: random.Random) -> Act | None:
    """What a member does now, if anything."""
    if member is hall.host and (act := _host(hall, chance)) is not None:
        return act
    return (_in_contest if hall.kind == "contest" else _in_relay)(hall, member, chance)


def _host(hall: Hall, chance: random.Random) -> Act | None:
    roll = chance.random()
    doing = "vote" if hall.latest("jam-vote", _VOTE) else "enter"
    closes = _CLOSES_AFTER if len(hall.of(doing)) >= _ENOUGH[doing] else _CLOSES
    if roll < closes:
        return Act(hall.host, partial(_close, hall))
    if roll < closes + _MOVES:
        return Act(hall.host, partial(_move, hall))
    if (panel := hall.latest("jam-begin")) is not None and len(_joined(hall)) > 1:
        return Act(hall.host, partial(_press, hall, hall.host, panel, "begin"))
    for control, act in (("jam-join-again", "join-again"), ("jam-without", "without")):
        lost = hall.latest(control)
        if lost is not None and chance.random() < 0.05:
            return Act(hall.host, partial(_press, hall, hall.host, lost, act))
    return None


def _in_contest(hall: Hall, member: Member, chance: random.Random) -> Act | None:
    if (vote := hall.latest("jam-vote", _VOTE)) is not None:
        return Act(member, partial(_vote, hall, member, vote, chance)) if chance.random() < 0.5 else None
    panel = hall.latest("jam-enter")
    if panel is None or chance.random() > 0.8:
        return None
    if len(hall.of("enter", member)) < _TRIES and chance.random() < 0.7:
        return Act(member, partial(_enter, hall, member, panel))
    return Act(member, partial(_look, hall, member, panel, chance))


def _in_relay(hall: Hall, member: Member, chance: random.Random) -> Act | None:
    panel, roll = hall.latest("jam-join"), chance.random()
    if panel is not None and not hall.of("join", member):
        return Act(member, partial(_press, hall, member, panel, "join")) if roll < 0.3 else None
    part, offer = hall.latest("jam-goes-on"), hall.latest("jam-take")
    if part is not None and pinged(part) == member.id:
        return Act(member, partial(_go_on, hall, member, part, chance)) if roll < 0.5 else None
    if offer is not None and (pinged(offer) == member.id or roll < 0.02):
        if roll < 0.06 and pinged(offer) == member.id:
            return Act(member, partial(_press, hall, member, offer, "pass"))
        return Act(member, partial(_take, hall, member, offer)) if roll < 0.5 else None
    return None


def _joined(hall: Hall) -> list[Press]:
    return [one for one in hall.of("join") if one.is_taken("You take part")]


async def _close(hall: Hall) -> None:
    question = await hall.host.slash(hall.channel, "jam close").shown(deadline=_PATIENCE)
    if name := seen.control(question, "jam-close"):
        await _noted(hall, "close", hall.host, hall.host.press(question, name))


async def _move(hall: Hall) -> None:
    await _noted(hall, "move", hall.host, hall.host.slash(hall.channel, "jam deadline", to="10m"))


async def _press(hall: Hall, member: Member, message: Message, act: str) -> None:
    name = seen.control(message, f"jam-{act}")
    if name is not None:
        await _noted(hall, act, member, member.press(message, name))


async def _enter(hall: Hall, member: Member, panel: Message) -> None:
    ways = await member.press(panel, seen.control(panel, "jam-enter") or "").shown(deadline=_PATIENCE)
    name = next((one for one in seen.buttons(ways) if one.endswith("suno_create")), None)
    if name is None:
        return
    form = member.press(ways, name)
    await form.answered(deadline=_PATIENCE)
    if form.modal is not None:
        words = _words(hall)
        await _noted(hall, "enter", member, member.submit(form, description=words), words)


async def _look(hall: Hall, member: Member, panel: Message, chance: random.Random) -> None:
    """Look at one's own tries; let another take count, and decide what nobody knows."""
    mine = await member.press(panel, seen.control(panel, "jam-mine") or "").shown(deadline=_PATIENCE)
    for act, share in (("retry", 0.4), ("give-up", 0.3), ("choose", 0.5)):
        offered = [name for name in seen.buttons(mine) if name.startswith(f"encore:jam-{act}:")]
        if offered and chance.random() < share:
            name = chance.choice(offered)
            await _noted(hall, act, member, member.press(mine, name), name.split(":")[2])
            return


async def _vote(hall: Hall, member: Member, vote: Message, chance: random.Random) -> None:
    ballot = await member.press(vote, seen.control(vote, "jam-vote") or "").shown(deadline=_PATIENCE)
    letters = seen.entries(ballot)
    if not letters:
        return
    for _ in range(chance.randint(1, 2)):
        picks = chance.sample(letters, min(chance.randint(0, 2), len(letters), _picks(ballot)))
        await _noted(hall, "vote", member, member.choose(ballot, *picks), *sorted(picks))


def _picks(ballot: Message) -> int:
    [menu] = [one for row in ballot.components for one in row["components"] if "max_values" in one]
    return int(menu["max_values"])


async def _take(hall: Hall, member: Member, offer: Message) -> None:
    form = member.press(offer, seen.control(offer, "jam-take") or "")
    await form.answered(deadline=_PATIENCE)
    if form.modal is not None:
        words = _words(hall)
        await _noted(hall, "take", member, member.submit(form, lyrics=words), words)


async def _go_on(hall: Hall, member: Member, part: Message, chance: random.Random) -> None:
    offered = [name for name in seen.buttons(part) if name.startswith("encore:jam-goes-on:")]
    name = chance.choice(offered)
    await _noted(hall, "goes-on", member, member.press(part, name), name.split(":")[2])


async def _noted(hall: Hall, act: str, member: Member, handle: Interaction, *value: str) -> None:
    """Keep it for the audit, whatever comes of it; and wait for that."""
    hall.presses.append(Press(act, member, handle, value))
    await handle.shown(deadline=_PATIENCE)


def _words(hall: Hall) -> str:
    """Words that nobody else uses, by which a charge is known."""
    return f"words {len(hall.presses)} in {hall.channel.name}."
