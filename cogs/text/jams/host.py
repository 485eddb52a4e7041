"""What hosts and moderators alone read of a jam, and the forms in which they decide about it."""

from cogs.text.clean import counted
from cogs.text.jams import answers, posts
from jobs.models.jam import HIDING, Jam, JamState

MOVE, CANCEL, TAKE_OUT, WHOSE = "Move the end", "Cancel it", "Take out", "Whose is it?"
REASON_LABEL, REASON_HINT = "Why", "The channel reads it; may be left out"
TO_LABEL, TO_HINT = "Until when", "+1d for a day more; 2h for in two hours; 20:00; 2026-12-01 20:00"
ENTRY_LABEL = "Letter of the entry, or number of the turn or line"


def heading(what: str, jam: Jam) -> str:
    """Of a form; Discord puts a button Cancel under it, which does nothing."""
    return f"Submit cancels jam #{jam.id}" if what == CANCEL else f"{what} · jam #{jam.id}"


def panel(jam: Jam, *, moderator: bool) -> str:
    """How a jam stands for who leads it, and what the buttons below do."""
    lines = [f"**{posts.title(jam)}** · {posts.stands(jam)}"]
    if jam.state in (JamState.OPEN, JamState.VOTING):
        lines.append(f"**{answers.CLOSE_NOW}** cannot be taken back: {_ends(jam)}.")
    if jam.state in HIDING:
        lines.append(f"**{CANCEL}** ends it without a result; what was made belongs to who made it.")
    if moderator and may_look(jam):
        lines.append(f"**{WHOSE}** is noted, and told with the result. To keep a member out: `/jam remove`.")
    return "\n".join([*lines, *_voters(jam)])


def may_look(jam: Jam) -> bool:
    """Whether there is something to be looked at: letters in a vote of which nobody knows whose they are."""
    return jam.hidden and jam.state is JamState.VOTING


def _ends(jam: Jam) -> str:
    if jam.about.sings:
        return "no more lines are taken, and they are sung"
    if jam.about.in_turn:
        return "the present part is the last one"
    return "entries end for everybody" if jam.state is JamState.OPEN else "the vote ends for everybody"


def _voters(jam: Jam) -> list[str]:
    """Figures by which members might be told that vote twice; nothing follows from them by itself."""
    found = jam.brief.get("voters")
    if not found:
        return []
    young, late = counted(int(found["young"]), "account"), counted(int(found["late"]), "member")
    among = f"{young} younger than 30 days when it began, {late} here only since then"
    everybody = counted(int(found["all"]), "member")
    return [f"*Who voted* {everybody}: {among}. Who, and what they picked, is not kept."]
