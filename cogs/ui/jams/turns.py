"""The messages and buttons of jams in turns."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import discord
from discord import ui

from cogs.text.jams import answers, relays, turns
from cogs.ui.controls import BLUE, MAX_IN_ROW, Control, button, view
from cogs.ui.embeds import GOOD, TITLE
from cogs.ui.jams.host import button_of
from jobs.models import NOBODY
from jobs.models.jam import EntryState, Jam, JamPost, JamState, Say
from jobs.models.jams.figures import JamFigures, Turn

_SENTENCES: Mapping[Say, Callable[[Jam, JamPost, JamFigures], str]] = MappingProxyType(
    {
        Say.TURN: turns.turn,
        Say.AGAIN: turns.again,
        Say.PART: turns.part,
        Say.JOIN: turns.join,
    }
)
# What these jams say in their own way; the rest of their messages is as of all.
SAID = (*_SENTENCES, Say.RESULT)


def parts_of(jam: Jam, post: JamPost, figures: JamFigures) -> tuple[str, discord.Embed | None]:
    """The text of a message, and what stands below it."""
    if post.name is Say.RESULT:
        said = relays.result(jam, post, figures)
        return "", discord.Embed(title=relays.result_title(jam)[:TITLE], description=said, colour=GOOD)
    return _SENTENCES[post.name](jam, post, figures), None


def buttons(jam: Jam, post: JamPost, figures: JamFigures) -> ui.View:
    """What can be done about it now; one button at least, as they hold the nonce."""
    offered = _offered(jam, post, figures) or [Control(answers.SHOW, "jam-show", str(jam.id))]
    return _row(offered, f":{post.nonce}")


def state_buttons(jam: Jam, figures: JamFigures, user_id: int, *, leads: bool) -> ui.View:
    """The same below how it stands, for one member."""
    offered, turn = [one for one in _of_panel(jam, figures) if one.label != answers.HOST], figures.at_turn
    turn = turn if jam.state is JamState.OPEN else None  # a jam that was cancelled leaves one
    if turn is not None and turn.entry.user_id == user_id and turn.entry.state is EntryState.OFFERED:
        offered = [*_take(jam, user_id), *offered]
    lead = [button_of(jam)] if leads else []
    return _row([*[*offered, _mine(jam)][: MAX_IN_ROW - len(lead)], *lead], "")


def _mine(jam: Jam) -> Control:
    return Control(answers.MINE, "jam-mine", str(jam.id))


def _offered(jam: Jam, post: JamPost, figures: JamFigures) -> list[Control]:
    if post.name is Say.PANEL:
        return _of_panel(jam, figures)
    if post.name is Say.HELD:
        return [_mine(jam)]
    if post.name is Say.STALLED:
        return [Control(relays.GO_ON, "jam-resume", str(jam.id), style=BLUE)]
    turn = figures.turn_of(post.entry_id)
    return [] if turn is None or jam.state is JamState.CANCELLED else _of_turn(jam, post, turn)


def _of_turn(jam: Jam, post: JamPost, turn: Turn) -> list[Control]:
    """What a message about a turn asks for, while that is open."""
    entry = turn.entry
    if post.name is Say.JOIN and entry.state is EntryState.JOINING:
        again = Control(relays.TRY_AGAIN, "jam-join-again", str(entry.id), style=BLUE)
        return [again, Control(relays.WITHOUT, "jam-without", str(entry.id))]
    if post.name is Say.PART and entry.state is EntryState.CHOOSING and len(turn.takes) > 1:
        choices = [
            Control(relays.take_goes_on(position), "jam-goes-on", f"{entry.id}-{position}", style=BLUE)
            for position in (one.position for one in turn.takes)
        ]
        return [*choices, *([_mine(jam)] if jam.hidden else [])][-MAX_IN_ROW:]
    asks = post.name in (Say.TURN, Say.AGAIN, Say.RESUMED) and entry.state is EntryState.OFFERED
    return _take(jam, entry.user_id) if asks else []


def _of_panel(jam: Jam, figures: JamFigures) -> list[Control]:
    number = str(jam.id)
    join = Control(relays.JOIN, "jam-join", number, style=BLUE)
    takes_part = [join, Control(relays.LEAVE, "jam-leave", number)]
    if jam.state is JamState.PLANNED:
        return [*takes_part, Control(relays.BEGIN, "jam-begin", number), button_of(jam)]
    if jam.state is not JamState.OPEN:
        return [button_of(jam)] if jam.state is JamState.CLOSING else []
    turn = figures.at_turn
    free = turn is not None and turn.entry.state is EntryState.OFFERED and turn.entry.user_id == NOBODY
    return [*(_take(jam, NOBODY) if free else []), *takes_part, button_of(jam)]


def _take(jam: Jam, user_id: int) -> list[Control]:
    taken = Control(relays.take_label(jam), "jam-take", str(jam.id), style=BLUE)
    return [taken] if user_id == NOBODY else [taken, Control(relays.PASS, "jam-pass", str(jam.id))]


def _row(offered: list[Control], mark: str) -> ui.View:
    return view([button(one.label, one, mark=mark) for one in offered])


def line_form(jam: Jam, most: int) -> ui.Modal:
    """The form of a line."""
    form = ui.Modal(title=relays.LINE, custom_id=f"encore:line:{jam.id}")
    field: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id="words", placeholder=relays.LINE_HINT, max_length=most
    )
    form.add_item(ui.Label(text=relays.LINE, component=field))
    return form
