"""What a relay, or a jam of lines, says in its channel as it goes on. What was typed goes through `clean`."""

from cogs.text import job_messages
from cogs.text.clean import clean, duration, mention, timestamp
from cogs.text.jams import relays
from jobs.models import NOBODY
from jobs.models.jam import EntryState as E
from jobs.models.jam import Jam, JamPost, JamState
from jobs.models.jams.figures import JamFigures, Turn

_LINE = 160


def turn(jam: Jam, post: JamPost, figures: JamFigures) -> str:
    """Whose turn it is; once it went on, what became of it."""
    its = figures.turn_of(post.entry_id)
    if its is None:
        return f"This {relays.unit(jam)} of jam #{jam.id} is gone."
    entry = its.entry
    if entry.state is not E.OFFERED or jam.state is JamState.CANCELLED:
        heard = f"The song before turn {entry.turn}. " if post.said.get("sound") and not jam.hidden else ""
        return f"{heard}{_past(jam, its)}"
    skipped = figures.turn_of(int(post.said.get("skipped") or 0))
    lead = f"{_past(jam, skipped)} " if skipped is not None else ""
    whose = f"{relays.unit(jam)} {entry.turn} of {jam.turns}"
    until = f"until {timestamp(jam.due_at)}"
    if entry.user_id == NOBODY:
        offer = f"{whose.capitalize()} of jam #{jam.id} is anyone's {until}: whoever takes it first."
    else:
        offer = f"<@{entry.user_id}>, {whose} of jam #{jam.id} is yours {until}."
    return f"{lead}{offer} {_so_far(jam, figures)}"


def _so_far(jam: Jam, figures: JamFigures) -> str:
    made = relays.made(jam, figures)
    if jam.about.sings:
        last = clean(made[-1].entry.words, _LINE) if made else ""
        return f"The line before it: *{last}*" if last else f"It begins the song, *{clean(jam.theme, 200)}*."
    if not made:
        return "It begins the song." if not jam.song else "It goes on from the song of the jam."
    if jam.hidden:
        return "You hear the part before yours, and nothing else."
    whole = made[-1].whole
    length = duration(whole.duration) if whole else ""
    return f"The song so far is {length} long." if length else "The song so far:"


def _past(jam: Jam, its: Turn) -> str:
    entry = its.entry
    who, what = mention(entry.user_id), f"{relays.unit(jam)} {entry.turn}"
    if entry.state is E.FAILED and entry.reason == "join":
        return f"Part {entry.turn} of {who} could not be joined to the song, which goes on without it."
    if entry.state is E.EXPIRED:
        return f"{what.capitalize()} was not taken in time."
    return {
        E.OFFERED: f"{what.capitalize()} ends with the jam.",
        E.WORKING: f"{who} is making part {entry.turn}.",
        E.PASSED: f"{who} passes.",
        E.FAILED: f"The {what} of {who} came to nothing.",
        E.REMOVED: f"The {what} of {who} was taken out.",
    }.get(entry.state, f"{what.capitalize()} is by {who}.")


def part(jam: Jam, post: JamPost, figures: JamFigures) -> str:
    """The takes of a turn, of which one goes on."""
    its = figures.turn_of(post.entry_id)
    if its is None:
        return f"This part of jam #{jam.id} is gone."
    entry = its.entry
    if entry.state is not E.CHOOSING:
        goes_on = entry.state in (E.JOINING, E.ENTERED) and len(its.takes) > 1
        which = f" Take {entry.position + 1} goes on." if goes_on else ""
        return f"Part {entry.turn} by {mention(entry.user_id)}.{which}"
    where = " **My entry** plays it to you alone." if jam.hidden else ""
    if len(its.takes) == 1:
        return f"<@{entry.user_id}>, your part is here, and goes on.{where}"
    return (
        f"<@{entry.user_id}>, your part is here, twice.{where} Which one goes on? Take {entry.position + 1}, "
        f"unless you choose before {timestamp(jam.due_at)}."
    )


def again(jam: Jam, post: JamPost, figures: JamFigures) -> str:
    its = figures.turn_of(post.entry_id)
    if its is None or its.entry.state is not E.OFFERED:
        return _past(jam, its) if its else f"This turn of jam #{jam.id} is gone."
    made = its.job is not None and its.job.id == post.said.get("job")
    why = job_messages.ended(its.job) if made and its.job else ""
    until = "" if jam.stalled_left is not None else f" until {timestamp(jam.due_at)}"
    return f"<@{its.entry.user_id}>, your part came to nothing. {why}\nThe turn is yours again{until}."


def join(jam: Jam, _post: JamPost, _figures: JamFigures) -> str:
    """To the host: a call of the bot's own was lost."""
    what = "made the song of all lines" if jam.about.sings else "joined the part to the song"
    return (
        f"<@{jam.user_id}>, nobody knows whether the music API has {what}: it gave no answer, and I do not "
        f"ask it twice for what may cost twice. You decide; by itself jam #{jam.id} goes on without it "
        f"{timestamp(jam.due_at)}."
    )
