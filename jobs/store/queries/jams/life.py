"""What happens to a jam, each in one transaction: the move, what follows for its entries, and what is said.

Each takes the jam as it was read and does nothing, and says so, where it is no longer like that.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from jobs.models import Job
from jobs.models.jam import HIDING, INSTEAD, LEAST_HEARD, Entry, Jam, JamState, Say
from jobs.models.jam import EntryState as E
from jobs.models.states import S
from jobs.rules.jams.clock import given_back
from jobs.rules.jams.tally import drawn, letters, places, points
from jobs.store.locks import per_server, takes_locks
from jobs.store.queries import notes
from jobs.store.queries.jams import ballots, entries, jams, marks, parts, posts
from jobs.store.queries.jams.marks import Mark

# Lines of a result in one message.
RESULT_LINES, BRANCH_LINES = 25, 12
_ROUNDS = 10_000


def lines_of(one: Jam) -> int:
    """How many lines of a result one message has: those of branches hold links."""
    return BRANCH_LINES if one.about.branches else RESULT_LINES


@per_server
def settle(c: Connection, one: Jam, *, now: float) -> bool:
    """Note what has become of the tries under way, and have their members told; whether anything has."""
    changed = False
    for entry, job in entries.under_way(c, one.id):
        if job.state is S.DONE:
            takes = entries.songs(c, job.id)
            first = takes[0].position if takes else 0
            counts = any(each.state is E.ENTERED for each in entries.of_member(c, one.id, entry.user_id))
            to = (E.SPARE if counts else E.ENTERED) if takes else E.FAILED
            changed |= _end(c, one, entry, to, now=now, position=first)
        elif job.state in (S.FAILED, S.UNDELIVERABLE) or _is_unseen(job):
            changed |= _end(c, one, entry, E.FAILED, now=now)
        elif job.state is S.CANCELLED:  # whoever did that knows
            changed |= entries.move(c, entry, E.FAILED, now=now)
        elif job.state is S.HELD and one.hidden:
            settle_held(c, one, entry, job, now=now)
    return changed


def settle_held(c: Connection, one: Jam, entry: Entry, job: Job, *, now: float) -> None:
    """Have a member told that they must decide; once a time: it can be lost again."""
    seq = entry.id * _ROUNDS + job.round
    posts.plan(c, one.id, Say.HELD, seq, now=now, entry_id=entry.id, user_id=entry.user_id)


def _is_unseen(job: Job) -> bool:
    """Whether a job was cancelled as nobody knows that its member was told of it."""
    return job.state is S.CANCELLED and job.card_message_id is None


def _end(c: Connection, one: Jam, entry: Entry, to: E, *, now: float, **values: object) -> bool:
    """End what was under way; its member is told where nothing else says it in the channel."""
    moved = entries.move(c, entry, to, now=now, **values)
    if moved and one.hidden:
        posts.plan(c, entry.jam_id, Say.NEWS, entry.id, now=now, entry_id=entry.id, user_id=entry.user_id)
    return moved


@per_server
def begin(c: Connection, before: Jam, *, now: float) -> bool:
    """Take entries for a jam that was announced before, for as long as its host said."""
    open_for = float(before.brief["open_for"])
    began = jams.save(c, before, replace(before, state=JamState.OPEN, state_at=now, due_at=now + open_for))
    if began:
        posts.plan(c, before.id, Say.OPENED, now=now)
    return began


@per_server
def stop_entries(c: Connection, before: Jam, *, now: float, until: float) -> bool:
    """Take nothing new; what is under way is awaited until then."""
    closing = replace(before, state=JamState.CLOSING, state_at=now, due_at=until, stalled_left=None)
    if not jams.save(c, before, closing):
        return False
    figures = jams.figures(c, before)
    said = {"entered": figures.entered, "under_way": figures.under_way, "until": until}
    posts.plan(c, before.id, Say.CLOSED, now=now, said=said)
    return True


@per_server
def end_entries(
    c: Connection, before: Jam, lost: Mapping[Entry, tuple[int, int] | None], *, now: float
) -> bool:
    """Begin the vote where there is one; else the result.

    `lost` is what counts and has no file any more, with the entry and the position of the take of its member
    that counts instead, if one is there.
    """
    if not jams.stands(c, before):
        return False
    for entry in entries.of_jam(c, before.id, E.WORKING):
        _end(c, before, entry, E.FAILED, now=now, reason="late")
    for entry, instead in lost.items():
        _lose(c, before, entry, instead, now=now)
    entered = entries.of_jam(c, before.id, E.ENTERED)
    if not before.votes_for or len(entered) < LEAST_HEARD:
        return _show(c, before, entered, now=now)
    until = now + before.votes_for  # set anew when everything can be heard, and never earlier
    # Whoever could vote for all would say nothing.
    picks = min(before.picks, len(entered) - 1)
    voting = replace(before, state=JamState.VOTING, state_at=now, due_at=until, picks=picks)
    if not jams.save(c, before, voting):
        return False
    lots = drawn(before.seed, [entry.id for entry in entered])
    for seq, (entry_id, letter) in enumerate(zip(lots, letters(len(lots)), strict=True)):
        entries.give(c, entry_id, letter=letter)
        posts.plan(c, before.id, Say.GALLERY, seq, now=now, entry_id=entry_id)
    return True


def _lose(c: Connection, one: Jam, entry: Entry, instead: tuple[int, int] | None, *, now: float) -> None:
    """Let another take count for what nobody can hear any more; its member is told either way."""
    if entries.by_id(c, entry.id) != entry:  # its member has just chosen another, or withdrawn
        return
    other, position = instead or (0, 0)
    if other == entry.id:
        entries.give(c, entry.id, position=position, reason=INSTEAD)
    else:
        entries.move(c, entry, E.FAILED, now=now, reason="file")
        spare = entries.by_id(c, other)
        if spare is not None and spare.state is E.SPARE:
            entries.move(c, spare, E.ENTERED, now=now, position=position, reason=INSTEAD)
    # That it was made has been told already, under the number of the entry.
    posts.plan(c, one.id, Say.NEWS, -entry.id, now=now, entry_id=entry.id, user_id=entry.user_id)


@per_server
def begin_vote(c: Connection, before: Jam, *, now: float) -> bool:
    """Everything can be heard: the time of the vote begins. What could not be posted is not in it."""
    if not jams.stands(c, before):
        return False
    if not before.about.branches:  # those were heard as they were made
        for post in posts.of_name(c, before.id, Say.GALLERY):
            if post.message_id == 0 and post.entry_id:
                entries.mute(c, post.entry_id)
    entered = entries.of_jam(c, before.id, E.ENTERED)
    heard = sum(not entry.is_unheard for entry in entered)
    if heard < LEAST_HEARD:
        return _show(c, before, entered, now=now)
    picks = min(before.picks, heard - 1)
    moved = jams.save(c, before, replace(before, due_at=now + before.votes_for, picks=picks))
    if moved:
        posts.plan(c, before.id, Say.VOTE, now=now)
    return moved


@per_server
def end_vote(c: Connection, before: Jam, *, now: float) -> bool:
    """Count the ballots, once, and forget whose they were."""
    return _show(c, before, entries.of_jam(c, before.id, E.ENTERED), now=now)


def _show(c: Connection, before: Jam, entered: Sequence[Entry], *, now: float) -> bool:
    cast = ballots.all_of(c, before.id)
    # As it is now: who has just looked whose an entry is, is told.
    brief = (jams.by_id(c, before.id) or before).brief
    brief = {**brief, "voters": ballots.voters(c, before.id, cast)} if cast else before.brief
    showing = replace(before, state=JamState.SHOWING, state_at=now, due_at=now, brief=brief)
    if not jams.save(c, before, showing):
        return False
    counted = points(cast, {entry.id: entry.user_id for entry in entered if not entry.is_unheard})
    placed = places(counted) if cast and len(entered) > 1 else {}
    lots = drawn(before.seed, [entry.id for entry in entered])
    given = dict(zip(lots, letters(len(lots)), strict=True))
    for entry in entered:
        letter = entry.letter or ("" if before.about.branches else given[entry.id])
        entries.give(c, entry.id, points=counted[entry.id], place=placed.get(entry.id), letter=letter)
    # Without a vote nothing was heard yet, but for what is posted as it is made.
    unheard = lots if before.state is JamState.CLOSING and not before.about.branches else ()
    for seq, entry_id in enumerate(unheard):
        posts.plan(c, before.id, Say.GALLERY, seq, now=now, entry_id=entry_id)
    ballots.forget(c, before.id)
    said = {"ballots": len(cast), "votes": sum(map(len, cast.values()))}
    pages = -(-len(jams.standings(c, before)) // lines_of(before))
    for seq in range(max(1, pages)):
        posts.plan(c, before.id, Say.RESULT, seq, now=now, said=said)
    return True


@per_server
def finish(c: Connection, before: Jam, *, now: float) -> bool:
    """The results are in the channel."""
    return jams.save(c, before, replace(before, state=JamState.DONE, state_at=now))


@per_server
def cancel(c: Connection, before: Jam, *, by: int, reason: str, now: float, why: str = "") -> bool:
    """End a jam without a result: what was made is no secret any more, and what was picked is forgotten."""
    after = replace(before, state=JamState.CANCELLED, state_at=now, reason=reason)
    if not jams.save(c, before, after):
        return False
    ballots.forget(c, before.id)
    posts.plan(c, before.id, Say.CANCELLED, now=now, said={"by": by, "why": why})
    return True


def give_up(c: Connection, before: Jam, *, now: float) -> bool:
    """End a jam that an error of ours keeps from going on: without a result, unless that is committed."""
    if before.state is JamState.SHOWING:
        return finish(c, before, now=now)
    return before.state in HIDING and cancel(c, before, by=0, reason="an error of the bot", now=now)


@per_server
def move_end(c: Connection, before: Jam, *, due_at: float, now: float, by: int) -> bool:
    """Move the end of the present phase. `by` is 0 where the bot gives back the time it was away for."""
    back = due_at - before.due_at
    moved = replace(before, due_at=due_at, moved=before.moved + (0.0 if by else back))
    if not jams.save(c, before, moved):
        return False
    seq = posts.next_seq(c, before.id, Say.MOVED)
    posts.plan(c, before.id, Say.MOVED, seq, now=now, said={"by": by, "back": back, "to": due_at})
    return True


@takes_locks
def give_back(
    c: Connection, signs: Mapping[int, Collection[str]], noted: Collection[str], *, now: float, scale: float
) -> None:
    """Move the ends of jams for which the bot was away since the latest of their notes, the `signs` of life.

    As one with the notes that it is back: killed in between, the bot would give the same time back again.
    """
    for one in jams.running(c):
        alive = max((float(notes.read(c, note) or 0.0) for note in signs.get(one.id, ())), default=now)
        # One that began after the last sign of life had all its time from then on.
        due_at = given_back(max(alive, one.state_at), now, one.due_at, scale=scale)
        if due_at > one.due_at and is_timed(c, one) and not one.begins_by_time:
            move_end(c, one, due_at=due_at, now=now, by=0)
    note_alive(c, noted, now=now)


def note_alive(c: Connection, noted: Collection[str], *, now: float) -> None:
    for note in noted:
        notes.write(c, note, str(now))


def is_timed(c: Connection, one: Jam) -> bool:
    """Whether it is known when the present phase ends: of a vote that is once everything can be heard."""
    if one.state is JamState.VOTING:
        return bool(posts.of_name(c, one.id, Say.VOTE))
    if one.stalled_left is not None:
        return False
    if one.about.in_turn:
        # What the bot itself has ordered, and what the host waits for, is no time of members.
        entry = parts.at_turn(c, one.id)
        if entry is not None and entry.state is E.JOINING:
            return False
    return one.state in (JamState.PLANNED, JamState.OPEN, JamState.CLOSING)


@per_server
def remove(
    c: Connection, one: Jam, letter: str, *, by: int, reason: str, keep_out: bool = False, now: float
) -> Entry | None:
    """Take an entry out of the vote; its votes are free again. None where it is not in it, or that is over.

    Who is kept out as well has no vote either, and what they picked does not count.
    """
    current = jams.by_id(c, one.id)
    if current is None or current.state is not JamState.VOTING:  # what was counted stays so
        return None
    entry = entries.by_letter(c, one.id, letter)
    if entry is None or not entries.move(c, entry, E.REMOVED, now=now, reason=reason):
        return None
    ballots.free(c, one.id, entry.id)
    if keep_out:
        marks.give(c, one.id, entry.user_id, Mark.KEPT_OUT)
        ballots.drop(c, one.id, entry.user_id)
    said = {"letter": entry.letter, "reason": reason, "by": by}
    posts.plan(c, one.id, Say.REMOVED, entry.id, now=now, entry_id=entry.id, said=said)
    return entry
