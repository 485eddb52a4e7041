"""What a jam says in its channel. Whatever members typed goes through `clean`."""

from collections.abc import Mapping, Sequence

from cogs.text.clean import about, clean, clean_lines, counted, credits_text, duration, timestamp
from cogs.text.jams import seasons
from cogs.text.labels import step
from jobs.models import Clip
from jobs.models.jam import Jam, JamPost, JamState
from jobs.models.jams.figures import JamFigures, Standing
from jobs.rules.names import change_of, in_halves

THEME, RULES, REASON = 200, 500, 200
_TITLE = 80
# Minutes.
_SHORT = 2
_UNHEARD = "Its file cannot be posted here, so it is in no vote."
_TREE = "**Song tree.** Everybody covers or extends the song, or whatever has grown from it, in the open."
_STATES = {
    JamState.PLANNED: "Members join; it has not begun",
    JamState.OPEN: "Entries are taken",
    JamState.CLOSING: "Entries are closed, the last ones are being made",
    JamState.VOTING: "The vote is on",
    JamState.SHOWING: "It is over: the result is in the channel",
    JamState.DONE: "It is over: the result is in the channel",
    JamState.CANCELLED: "It was cancelled",
}


def title(jam: Jam) -> str:
    return f"Jam #{jam.id} · {clean(jam.theme, THEME)}"


def panel(jam: Jam, figures: JamFigures, song: str = "") -> str:
    """How a jam stands, with its rules."""
    lines = [_TREE if jam.about.branches else _contest(jam)]
    if song:
        whose = f", lent by the winner of jam #{won}" if (won := jam.brief.get("winner_of")) else ""
        lines.append(
            f"*The {'persona' if jam.brief.get('sung') else 'song'}* **{clean(song, _TITLE)}**{whose}"
        )
    lines.append(f"*Now* {stands(jam)}{_until(jam)}")
    lines.append(f"*Vote* {_vote(jam)}")
    lines.append(f"*Pot* up to {credits_text(jam.pot)}, {figures.used:,} used; nobody pays for themselves")
    tries = counted(jam.share, "try", "tries")
    counts = ", of which one counts" if jam.votes_for or not jam.about.branches else ""
    lines.append(f"*Each* {tries}{counts}")
    grown = f"*Branches* {len(figures.standings)}"
    lines.append(grown if jam.about.branches else f"*Entered* {figures.entered}")
    if jam.season:
        lines.append(seasons.counts(jam))
    if jam.brief.get("rules"):
        lines.append(clean_lines(str(jam.brief["rules"]), RULES))
    lines.append(f"Host: <@{jam.user_id}>")
    return "\n".join(lines)


def _contest(jam: Jam) -> str:
    kind = "Everybody makes a version of one song" if jam.song else "Everybody makes a song"
    kind = "Everybody makes a song that one persona sings" if jam.brief.get("sung") else kind
    if not jam.hidden:
        return f"**Contest.** {kind}, in the open."
    return f"**Blind contest.** {kind}; until the end nobody sees whose is whose."


def opened(jam: Jam, _post: JamPost) -> str:
    return f"Jam #{jam.id} has begun: *{clean(jam.theme, _TITLE)}*. Entries until {timestamp(jam.due_at)}."


def _until(jam: Jam) -> str:
    if jam.stalled_left is not None and jam.state is JamState.OPEN:
        left = f"with {span(jam.stalled_left)} left" if jam.stalled_left else "at their end"
        return f"; clocks stand {left}, until they go on or it is {timestamp(jam.due_at, 'F')}"
    if jam.state not in (JamState.OPEN, JamState.CLOSING, JamState.VOTING):
        return ""
    return f", until {timestamp(jam.due_at, 'F')} ({timestamp(jam.due_at)})"


def _vote(jam: Jam) -> str:
    if not jam.votes_for:
        return "none" if jam.about.branches else "none: everything is shown at the end"
    return f"for {span(jam.votes_for)} afterwards, up to {_picks(jam)} each, never for oneself"


def span(seconds: float) -> str:
    """Say how long something takes: "3 days", "36 hours", "2 hours 10 minutes", "90 minutes"."""
    rest = round(seconds / 60)
    if rest < _SHORT:  # of a sandbox, where time is short
        return about(seconds)
    days, rest = divmod(rest, 1440) if rest >= 2 * 1440 else (0, rest)
    hours, rest = divmod(rest, 60) if rest >= 2 * 60 else (0, rest)
    parts = [(days, "day"), (hours, "hour"), (rest, "minute")]
    return " ".join([counted(number, unit) for number, unit in parts if number][:2])


def _picks(jam: Jam) -> str:
    return "one vote" if jam.picks == 1 else votes(jam.picks)


def news(jam: Jam, user_id: int) -> str:
    """The same words whatever has happened."""
    return f"<@{user_id}>, there is news for you in jam #{jam.id}: **My entry** shows it, to you alone."


def moved(jam: Jam, post: JamPost) -> str:
    to, back, by = float(post.said["to"]), float(post.said["back"]), int(post.said["by"])
    phase = "this turn" if jam.about.in_turn and jam.state is not JamState.PLANNED else "this phase"
    if by and jam.begins_by_time:
        return f"<@{by}> moved the beginning of jam #{jam.id} to {timestamp(to, 'F')}."
    if by:
        return f"<@{by}> moved the end of {phase} of jam #{jam.id} to {timestamp(to, 'F')}."
    its_end = f"the end of {phase}" if jam.about.in_turn else "its end"
    return f"I was away while jam #{jam.id} ran, so {its_end} is {span(back)} later: {timestamp(to, 'F')}."


def closed(jam: Jam, post: JamPost) -> str:
    entered, under_way = int(post.said["entered"]), int(post.said["under_way"])
    text = f"Entries for jam #{jam.id} are closed: {_are_in(entered)}."
    if under_way:
        until = timestamp(float(post.said["until"]))
        text += (
            f" One is still being made; it counts if it is done {until}."
            if under_way == 1
            else f" {under_way} are still being made; they count if they are done {until}."
        )
    return text


def _are_in(count: int) -> str:
    return "1 is in" if count == 1 else f"{count} are in"


def reminder(jam: Jam, figures: JamFigures, users: Sequence[int]) -> str:
    """Ping those who asked for it, while there is time to act on it."""
    pings = " ".join(f"<@{one}>" for one in users)
    if jam.state is JamState.VOTING:
        return f"{pings} the vote of jam #{jam.id} ends {timestamp(jam.due_at)}."
    return f"{pings} entries for jam #{jam.id} end {timestamp(jam.due_at)}; {_are_in(figures.entered)}."


def in_gallery(standing: Standing | None) -> str:
    """One entry without anything that could tell whose it is."""
    if standing is None:
        return "This entry is no longer part of the jam."
    length = duration(standing.clip.duration) if standing.clip else ""
    text = f"**{standing.entry.letter}**" + (f" · {length}" if length else "")
    return f"{text}. {_UNHEARD}" if standing.entry.is_unheard else text


def revealed(standing: Standing) -> str:
    length = duration(standing.clip.duration) if standing.clip else ""
    facts = (f"**{standing.entry.letter}**", length, song_of(standing), f"<@{standing.entry.user_id}>")
    return " · ".join(filter(None, facts))


def song_of(standing: Standing) -> str:
    return f"*{clean(titled(standing.clip), _TITLE)}*" if standing.clip else "*its song is gone*"


def titled(clip: Clip) -> str:
    """A song with the change that made it; which take it was counts no more."""
    song, change = in_halves(clip)[0], change_of(clip)
    return f"{song} ({change})" if change else song


def vote(jam: Jam, figures: JamFigures) -> str:
    unheard = unheard_of(figures)
    without = f" {unheard}" if unheard else ""
    return (
        f"{heard(figures)} songs, letter by letter above, in an order drawn by lot.{without} Pick up to "
        f"{_picks(jam).removesuffix(' votes').removesuffix(' vote')} before {timestamp(jam.due_at, 'F')} "
        f"({timestamp(jam.due_at)}); you can change that until then. Nobody sees ballots or counts before "
        "the end, moderators neither."
    )


def unheard_of(figures: JamFigures) -> str:
    """Name what nobody can vote for; empty where there is nothing like it."""
    found = [one.entry.letter for one in figures.standings if one.entry.is_unheard]
    if not found:
        return ""
    which = " and ".join(filter(None, (", ".join(found[:-1]), found[-1])))
    are = "it is" if len(found) == 1 else "they are"
    return f"{which} could not be posted here, so {are} not in the vote."


def heard(figures: JamFigures) -> int:
    return sum(not one.entry.is_unheard for one in figures.standings)


def removed(jam: Jam, post: JamPost) -> str:
    reason = clean(str(post.said["reason"]), REASON)
    why = f": {reason}" if reason else ""
    if jam.about.in_turn:
        what = "Line" if jam.about.sings else "Part"
        return f"{what} {post.said['letter']} of jam #{jam.id} was taken out by <@{post.said['by']}>{why}."
    return (
        f"Entry {post.said['letter']} of jam #{jam.id} was removed by a moderator{why}. "
        "Its votes count no more; whoever gave it one can give it to another."
    )


def cancelled(jam: Jam, post: JamPost, figures: JamFigures) -> str:
    by, reason = int(post.said["by"]), clean(jam.reason, REASON)
    who = f" by <@{by}>" if by else ""
    why = f": {reason}" if reason else ""
    return (
        f"Jam #{jam.id} was cancelled{who}{why}. What was made belongs to who made it: **My entry** plays "
        f"it, and `/jobs repost` posts it. {used(figures)}"
    )


def used(figures: JamFigures) -> str:
    taken = credits_text(figures.used) if figures.used else "nothing"
    return f"Of the pot {taken} was used."


def votes(number: int) -> str:
    return counted(number, "vote")


def listed(jams: Sequence[Jam], places: Mapping[int, str]) -> str:
    lines = [f"**{title(jam)}** · {stands(jam)}{_until(jam)}{places.get(jam.id, '')}" for jam in jams]
    return "\n".join(lines) or "There has been no jam here. `/jam contest` and `/jam relay` start one."


def stands(jam: Jam) -> str:
    if jam.begins_by_time and jam.about.in_turn:
        return f"Members join; it begins {timestamp(jam.due_at, 'F')} ({timestamp(jam.due_at)})"
    if jam.begins_by_time:
        lasts = span(float(jam.brief["open_for"]))
        return f"It begins {timestamp(jam.due_at, 'F')} ({timestamp(jam.due_at)}), for {lasts}"
    if jam.about.in_turn and jam.state in (JamState.OPEN, JamState.CLOSING):
        return "Turns are taken" if jam.state is JamState.OPEN else "The last part is being made"
    return _STATES[jam.state]


def way(operation: str) -> str:
    """On the buttons of Enter."""
    return {
        "suno.create": "Describe it",
        "suno.custom": "Own words",
        "riffusion.describe": "Describe it, Riffusion",
        "riffusion.lyrics": "Own words, Riffusion",
    }.get(operation, f"{step(operation)}{', Riffusion' if operation.startswith('riffusion') else ''}")
