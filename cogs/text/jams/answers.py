"""What one member reads about a jam, privately."""

import re
from collections.abc import Collection, Sequence

from cogs.text import job_messages
from cogs.text.clean import clean, counted, credits_text, timestamp
from cogs.text.jams import posts, relays
from jobs.jams.service import Try
from jobs.models import Job
from jobs.models.jam import AT_TURN, INSTEAD, UNHEARD, EntryState, Jam, JamState
from jobs.models.states import OPEN, JobState
from jobs.store.queries.jams.ballots import Ballot

# Of the 2,000 characters of a message.
_SUMMARY, _MOST_TEXT = 120, 1700
_SHORTEST_NAME = 3
_GIVES_AWAY = "⚠️ Its title or words have your name in them, which tells whose it is."
_ENTRY = {
    EntryState.ENTERED: "this counts",
    EntryState.SPARE: "made; another one of yours counts",
    EntryState.WITHDRAWN: "withdrawn",
    EntryState.REMOVED: "removed by a moderator",
}
_REASONS = {
    "late": "It was not done in time, so it does not count.",
    "join": "It could not be joined to the song.",
    "file": "Its file could not be had, so it does not count.",
    INSTEAD: "the sound of what you had entered is lost, so this counts",
    UNHEARD: "its file cannot be posted in the channel, so it is not in the vote",
}
HOST = "Host"
ENTER, MINE, VOTE, SHOW, REMIND = "Enter", "My entry", "Vote", "How it stands", "Remind me"
CHANGE, WITHDRAW, CLOSE_NOW = "Change the words", "Withdraw", "End it now"
PICK, NEXT, BEFORE = "Pick the ones you like best", "More ▶", "◀ Back"
GIVEN_UP = "Given up."
RETRIED = "It is being made again; **My entry** shows it when it is done."


def started(jam: Jam, where: str) -> str:
    does = "is announced" if jam.begins_by_time else "begins"
    return (
        f"Jam #{jam.id} {does} {where}: its message is on the way. **{HOST}** under it is for you and for "
        "moderators: it moves its end, ends and cancels it. You can enter and vote like everybody."
    )


def how(jam: Jam, used: int) -> str:
    """Above the ways to make an entry."""
    left = jam.share - used
    tries = counted(left, "try", "tries")
    return (
        f"How do you want to make it? The pot of jam #{jam.id} pays; you have {tries} left, and one counts. "
        "Do not put your name into title or words: others hear and read them."
    )


def another(left: int) -> str:
    return f"Another try · {left} left"


def being_made(job: Job, until: float) -> str:
    return (
        f"Your try for jam #{job.jam_id} is being made ({credits_text(job.price)} from the pot), usually "
        f"done {timestamp(until)}. Nobody is told whose it is. **My entry** plays it to you alone."
    )


def mine(jam: Jam, tries: Sequence[Try], names: Collection[str] = ()) -> str:
    """All tries of a member, newest first; with a warning where one of their names is heard or read in it."""
    if not tries:
        return f"You have made nothing for jam #{jam.id} yet." + (
            f" **{ENTER}** under its message does."
            if jam.state is JamState.OPEN and not jam.about.in_turn
            else ""
        )
    lines = _that_fit([_try(jam, len(tries) - index, one) for index, one in enumerate(tries)])
    if (
        not jam.about.in_turn
        and any(one.entry.state is EntryState.ENTERED for one in tries)
        and jam.state is JamState.OPEN
    ):
        lines.append(f"You can change what counts until {timestamp(jam.due_at)}.")
    if jam.hidden and jam.state in (JamState.OPEN, JamState.CLOSING) and _gives_away(tries, names):
        lines.append(_GIVES_AWAY)
    return "\n".join(lines)


def _gives_away(tries: Sequence[Try], names: Collection[str]) -> bool:
    """Whether what counts, its title or its words, names who made it."""
    words = {name.casefold() for name in names if len(name) >= _SHORTEST_NAME}
    heard = [
        f"{take.title} {take.lyrics}".casefold()
        for one in tries
        if one.entry.state is EntryState.ENTERED
        for take in one.takes
        if take.position == one.entry.position
    ]
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for word in words for text in heard)


def _that_fit(lines: Sequence[str]) -> list[str]:
    """The newest, as many as a message holds: what fails gives its try back, so there may be any number."""
    found = list(lines)
    while sum(map(len, found)) + len(found) > _MOST_TEXT:
        found.pop()
    left = len(lines) - len(found)
    return found + ([f"… and {left} older"] if left else [])


def _try(jam: Jam, number: int, one: Try) -> str:
    name = f"Turn {one.entry.turn}" if one.entry.turn else f"Try {number}"
    return f"**{name}** · {_what(one)} · {_standing(jam, one)}"


def _what(one: Try) -> str:
    title = one.entry.words or (one.takes[0].title if one.takes else one.job.summary if one.job else "")
    return f"*{clean(title, _SUMMARY)}*" if title else "without words"


def _standing(jam: Jam, one: Try) -> str:
    entry, job = one.entry, one.job
    if entry.state is EntryState.FAILED:
        return _REASONS.get(entry.reason) or (job_messages.ended(job) if job else "it failed")
    if jam.state is JamState.CANCELLED and entry.state in AT_TURN:
        return _left(one)
    if entry.state is EntryState.WORKING:
        if job is not None and job.state is JobState.HELD:
            return job_messages.held(job)
        return "it is being made"
    counts = entry.state is EntryState.ENTERED
    said = (counts and _REASONS.get(entry.reason)) or _ENTRY.get(entry.state) or relays.STANDINGS[entry.state]
    if entry.state is EntryState.REMOVED and entry.reason:
        said = f"{said}: {clean(entry.reason, posts.REASON)}"
    which = f"take {entry.position + 1}, " if counts and len(one.takes) > 1 else ""
    return f"{which}{said}" + (f", letter {entry.letter}" if entry.letter else "")


def _left(one: Try) -> str:
    """What became of what was not over when its jam was cancelled: its job knows."""
    job = one.job
    if job is None:
        return "the jam was cancelled"
    if job.state is JobState.HELD:
        return job_messages.held(job)
    if job.state in OPEN:
        return "it is being made; the jam was cancelled"
    return "made; the jam was cancelled" if job.state is JobState.DONE else job_messages.ended(job)


def enter_take(number: int, position: int) -> str:
    return f"Enter take {position + 1} of try {number}"


def ballot(jam: Jam, found: Ballot, own: Sequence[str]) -> str:
    """What a member has picked."""
    picked = ", ".join(f"**{letter}**" for letter in found.picked) or "empty so far"
    yours = f" Yours (**{own[0]}**) is not on the list." if own else ""
    return f"Your ballot: {picked}. It can be changed until {timestamp(jam.due_at)}.{yours}"


def nothing_to_pick(jam: Jam) -> str:
    return f"There is nothing in jam #{jam.id} that you could pick."


def close_question(jam: Jam) -> str:
    what = "Entries end" if jam.state is JamState.OPEN else "The vote ends"
    return f"{what} at once for everybody, and that cannot be taken back. End it?"


def reminded(jam: Jam, *, on: bool) -> str:
    """What **Remind me** has changed."""
    if on:
        if jam.state is JamState.VOTING:
            return f"You will be pinged before the vote of jam #{jam.id} ends."
        vote = ", and before its vote does" if jam.votes_for else ""
        return f"You will be pinged before entries of jam #{jam.id} end{vote}."
    return f"You will not be reminded of jam #{jam.id}."


CLOSED, CANCELLED, REMOVED = "It ends now.", "It is cancelled.", "It is removed."


def moved(jam: Jam, due_at: float) -> str:
    does = "begins" if jam.begins_by_time else "ends"
    return f"It {does} {timestamp(due_at, 'F')} now ({timestamp(due_at)}); the channel is told."


def author(letter: str, user_id: int) -> str:
    return f"{letter} is by <@{user_id}>. That you looked is noted, and told with the result."
