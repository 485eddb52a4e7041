"""A relay, or a jam of lines, as a whole: how it stands, what came of it, and what one member reads."""

from collections.abc import Sequence

from cogs.text.clean import clean, credits_text, duration, mention, timestamp
from cogs.text.jams import posts
from jobs.models import NOBODY, Job
from jobs.models.jam import EntryState as E
from jobs.models.jam import Jam, JamPost, JamState, Say
from jobs.models.jams.figures import JamFigures, Turn
from jobs.rules.jams.turns import ANYONE, DRAWN

JOIN, LEAVE, BEGIN, TAKE, PASS, GO_ON = "Join", "Leave", "Begin", "Take the turn", "Pass", "Go on"
ADD, TRY_AGAIN, WITHOUT = "Add a line", "Try again", "Go on without it"
LEFT, BEGUN, PASSED, RESUMED = "You take no more part.", "It begins.", "You pass.", "It goes on."
CHOSEN, WITHOUT_IT = "That one goes on.", "It goes on without it."
LINE, LINE_HINT = "A line", "the rope lets go, the harbour lights grow small"
_NAMES, _LINES_SHOWN, _TITLE, _WORDS = 20, 2200, 80, 60
_ENDS = {
    "closed": "It was ended before all turns were taken.",
    "join": "The music API joined none of the last parts to it, so the song ends here.",
    "nobody": "Nobody was left to go on, so the song ends here.",
    "stalled": "The account could not pay in time, so the song ends here.",
    "outage": "The music API did not answer in time, so the song ends here.",
}
# Of one's own turn.
STANDINGS = {
    E.OFFERED: "it is your turn",
    E.CHOOSING: "made; choose which take goes on",
    E.JOINING: "it is being joined to the song",
    E.PASSED: "you passed",
    E.EXPIRED: "not taken in time",
}
_NOTHING = {
    "never": "it never began, as too few have joined",
    "nobody": "nobody took a turn",
    "join": "the music API joined no part to it",
    "pot": "the pot does not hold one turn",
    "stalled": "the account could not pay in time",
    "outage": "the music API did not answer in time",
    "closed": "it was ended before anything was made",
}


def unit(jam: Jam) -> str:
    return "line" if jam.about.sings else "turn"


def take_label(jam: Jam) -> str:
    return ADD if jam.about.sings else TAKE


def panel(jam: Jam, figures: JamFigures, song: str = "") -> str:
    """How a relay or a jam of lines stands."""
    lines = [_kind(jam)]
    if song:
        lines.append(f"*Begins with* **{clean(song, _TITLE)}**")
    lines.append(f"*Now* {now_text(jam, figures)}")
    each = f"{jam.turns}, {posts.span(jam.turn_for)} each, {_order(jam)}"
    lines.append(f"*{unit(jam).capitalize()}s* {each}; {len(made(jam, figures))} done")
    lines.append(f"*Pot* up to {credits_text(jam.pot)}, {figures.used:,} used; nobody pays for themselves")
    names = [f"<@{one.user_id}>" for one in figures.members[:_NAMES]]
    more = len(figures.members) - len(names)
    names += [f"and {more} more"] if more else []
    lines.append(f"*Taking part* {', '.join(names) or 'nobody yet'}")
    lines += lines_of(jam, figures)
    lines.append(f"Host: <@{jam.user_id}>")
    return "\n".join(lines)


def _kind(jam: Jam) -> str:
    if jam.about.sings:
        return "**Lines.** Everybody adds a line, one after the other; at the end they are sung as one song."
    blind = " Until the end each of them hears only the part before." if jam.hidden else ""
    return f"**Relay.** One song: each member goes on from where the last one stopped.{blind}"


def now_text(jam: Jam, figures: JamFigures) -> str:
    over = jam.state not in (JamState.OPEN, JamState.CLOSING)
    if jam.stalled_left is not None and not over:
        if jam.about.sings:
            until = timestamp(jam.due_at)
            return f"The song cannot be made now, so clocks stand; it is cancelled {until} unless it goes on"
        why = (
            "The music API does not answer"
            if jam.brief.get("stands") == "outage"
            else "The account cannot pay"
        )
        return f"{why}, so clocks stand; it ends {timestamp(jam.due_at)} unless it goes on"
    turn = figures.at_turn
    if turn is None or over:
        waits = jam.state is JamState.PLANNED and not jam.begins_by_time
        until = f", until {timestamp(jam.due_at, 'F')}" if waits else ""
        late = "; it begins as soon as two have joined" if waits and jam.brief.get("late") else ""
        return f"{posts.stands(jam)}{until}{late}"
    entry, what = turn.entry, f"{unit(jam)} {turn.entry.turn}"
    if entry.state is E.OFFERED:
        whose = "anyone's" if entry.user_id == NOBODY else f"{mention(entry.user_id)}'s"
        return f"{what} is {whose}, until {timestamp(jam.due_at)}"
    if jam.about.sings:
        return "the song of all lines is being made"
    return f"{mention(entry.user_id)} is making part {entry.turn}"


def _order(jam: Jam) -> str:
    return {ANYONE: "whoever comes first", DRAWN: "in an order drawn by lot"}.get(
        jam.order, "in the order of joining"
    )


def made(jam: Jam, figures: JamFigures) -> Sequence[Turn]:
    """The parts that members made; the song of all lines is none."""
    return [one for one in figures.parts if not (jam.about.sings and one.entry.join_id)]


def lines_of(jam: Jam, figures: JamFigures, room: int = _LINES_SHOWN) -> list[str]:
    """The lines so far, the latest that there is room for."""
    if not jam.about.sings:
        return []
    found: list[str] = []
    for one in reversed(made(jam, figures)):
        line = f"{one.entry.turn}. {clean(one.entry.words, 2 * _TITLE)} · {mention(one.entry.user_id)}"
        room -= len(line) + 1
        if room < 0:
            found.append(f"… {one.entry.turn} earlier ones")
            break
        found.append(line)
    return found[::-1]


def nothing(jam: Jam, why: str, figures: JamFigures) -> str:
    """Instead of a result, where the jam came to nothing by itself."""
    reason = _NOTHING.get(why, "nothing was made")
    if jam.about.sings and why in ("stalled", "outage"):
        reason = "its song could not be made, or not be paid for, in time; its lines stay in its message"
    return f"Jam #{jam.id} is over without a song: {reason}. {posts.used(figures)}"


def result_title(jam: Jam) -> str:
    return f"{posts.title(jam)}: the song"


def result(jam: Jam, post: JamPost, figures: JamFigures) -> str:
    """Who made which part, what it cost, and why it ended where it did."""
    parts = made(jam, figures)
    whole = figures.parts[-1].whole if figures.parts else None
    length = f" · {duration(whole.duration)}" if whole is not None and whole.duration else ""
    names = dict.fromkeys(mention(one.entry.user_id) for one in parts)
    text = [f"*{clean(whole.title, _TITLE)}*{length} by {', '.join([*names][:_NAMES])}" if whole else ""]
    text += lines_of(jam, figures) if jam.about.sings else [_credit(one) for one in parts]
    why = str(post.said.get("why") or "")
    if why == "pot":
        left = credits_text(max(jam.pot - figures.used, 0)) if jam.pot > figures.used else "nothing"
        text.append(f"The pot has {left} left, which is not enough for another turn: the song ends here.")
    elif why in _ENDS:
        text.append(_ENDS[why])
    text.append(f"*Cost* {figures.used:,} of {credits_text(jam.pot)}.")
    return "\n".join(filter(None, text))


def _credit(one: Turn) -> str:
    """Where a part begins, whose it is, and its first words."""
    at = str((one.job.params if one.job else {}).get("continue_at") or "0:00").partition(".")[0]
    words = clean(one.chosen.lyrics.strip(), _WORDS) if one.chosen and not one.chosen.instrumental else ""
    return f"{at} · {mention(one.entry.user_id)}" + (f" · *{words}*" if words else "")


def unheard(jam: Jam, post: JamPost, text: str | None) -> str | None:
    """Say of a message that should have sound that there is none."""
    heard = post.name is Say.RESULT or (post.name is Say.PART and not jam.hidden) or post.said.get("sound")
    if not heard:
        return text
    note = "Its file could not be had, or is too large for this channel: `/jobs repost` posts it, or a link."
    return f"{text}\n{note}" if text else note


def started(jam: Jam, where: str) -> str:
    by_itself = f"or {jam.turns} have joined"
    if jam.begins_by_time:
        by_itself = f"or {timestamp(jam.due_at, 'F')}, if two have joined by then"
    return (
        f"Jam #{jam.id} is announced {where}: its message is on the way. Members join there. It begins when "
        f"you press **{BEGIN}**, {by_itself}. **Host** under it is for you and for moderators: "
        "it ends the jam, and cancels it. Join like everybody."
    )


def joined(jam: Jam, count: int) -> str:
    return f"You take part in jam #{jam.id} now, as number {count}; it takes {jam.turns} {unit(jam)}s."


def being_made(job: Job, until: float) -> str:
    return (
        f"Your part for jam #{job.jam_id} is being made ({credits_text(job.price)} from the pot), usually "
        f"done {timestamp(until)}. Then you choose which of its takes goes on."
    )


def take_goes_on(position: int) -> str:
    return f"Go on with take {position + 1}"


def added(jam: Jam) -> str:
    return f"Your line is in jam #{jam.id}."


def not_added(why: str, typed: str) -> str:
    """A line that came too late; what was typed is not lost."""
    return f"{why}\nYou typed: {clean(typed, 500)}"


def close_question(jam: Jam) -> str:
    what = "No more lines are taken" if jam.about.sings else "It ends after the present part"
    return f"{what}, and that cannot be taken back. End jam #{jam.id}?"
