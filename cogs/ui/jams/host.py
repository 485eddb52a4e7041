"""What hosts and moderators press, and the forms that it opens."""

from collections.abc import Iterator

import discord
from discord import ui

from cogs.text.jams import answers, host, posts, relays
from cogs.ui.controls import BLUE, RED, Control, folded
from jobs.models.jam import HIDING, RUNNING, Jam, JamState

_TIME, _ENTRY = 40, 2
MOVE, CANCEL, TAKE_OUT, WHOSE = "move", "cancel", "out", "whose"
_HEADINGS = {MOVE: host.MOVE, CANCEL: host.CANCEL, TAKE_OUT: host.TAKE_OUT, WHOSE: host.WHOSE}


def button_of(jam: Jam) -> Control:
    return Control(answers.HOST, "jam-host", str(jam.id))


def buttons(jam: Jam, *, moderator: bool) -> ui.View:
    """Offer what can be decided now, each in one press more."""
    return folded([*_offered(jam, moderator=moderator)])


def _offered(jam: Jam, *, moderator: bool) -> Iterator[Control]:
    phase = f"{jam.id}-{jam.state.value}"  # pressed later, it must not end or move the next one
    if jam.state is JamState.PLANNED and jam.about.in_turn:
        yield Control(relays.BEGIN, "jam-begin", str(jam.id), style=BLUE)
    if jam.stalled_left is not None and jam.state in RUNNING:
        yield Control(relays.GO_ON, "jam-resume", str(jam.id), style=BLUE)
    if jam.state in (JamState.PLANNED, JamState.OPEN, JamState.VOTING):
        yield Control(host.MOVE, "jam-ask", f"{MOVE}-{jam.id}-{phase_of(MOVE, jam)}")
    if jam.state in (JamState.OPEN, JamState.VOTING):
        yield Control(answers.CLOSE_NOW, "jam-close", phase, style=RED)
    if (jam.about.in_turn and jam.state is JamState.OPEN) or (moderator and jam.state is JamState.VOTING):
        yield Control(host.TAKE_OUT, "jam-ask", f"{TAKE_OUT}-{phase}")
    if moderator and host.may_look(jam):
        yield Control(host.WHOSE, "jam-ask", f"{WHOSE}-{phase}")
    if jam.state in HIDING:
        yield Control(host.CANCEL, "jam-ask", f"{CANCEL}-{phase}", style=RED)


def phase_of(what: str, jam: Jam) -> str:
    """What a decision is about; where an end is moved, each turn is a phase of its own."""
    turn = what == MOVE and jam.about.in_turn and jam.state is JamState.OPEN
    return f"{jam.state.value}_{1000 * jam.due_at:.0f}" if turn else jam.state.value


def form(what: str, jam: Jam) -> ui.Modal:
    """Ask for what a decision needs; it is about the phase in which it was opened."""
    about = f"encore:host:{what}-{jam.id}-{phase_of(what, jam)}"
    shown = ui.Modal(title=host.heading(_HEADINGS[what], jam), custom_id=about)
    if what == MOVE:
        shown.add_item(_field("to", host.TO_LABEL, host.TO_HINT, _TIME))
    if what in (TAKE_OUT, WHOSE):
        shown.add_item(_field("entry", host.ENTRY_LABEL, "", _ENTRY))
    if what in (TAKE_OUT, CANCEL):
        shown.add_item(_field("reason", host.REASON_LABEL, host.REASON_HINT, posts.REASON, required=False))
    return shown


def _field(name: str, label: str, hint: str, most: int, *, required: bool = True) -> ui.Label[ui.Modal]:
    text: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=name,
        style=discord.TextStyle.short,
        placeholder=hint or None,
        max_length=most,
        required=required,
    )
    return ui.Label(text=label[:45], component=text)
