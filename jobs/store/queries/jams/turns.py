"""What happens in a jam whose members take turns, each in one transaction; its own orders are in `joins`.

As in `life`: each takes what it read, and does nothing, and says so, where that is no longer like that. The
end of a jam in turns is that of the present turn or choice, so whoever moves on moves that too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import NOBODY, Job
from jobs.models.jam import Entry, Jam, JamState, Say
from jobs.models.jam import EntryState as E
from jobs.rules.jams.tally import lot
from jobs.rules.jams.turns import ANYONE, DRAWN, next_member
from jobs.store.jam_schema import jam_entry, jam_member
from jobs.store.locks import per_server
from jobs.store.queries.jams import entries, jams, life, marks, members, parts, posts, stalls
from jobs.store.queries.jams.marks import Mark

# Parts in a row that could not be joined; each was paid for, and nobody hears the next one either.
_JOINS = 2


@dataclass(frozen=True, slots=True)
class Costs:
    """Credits that a turn needs: one that begins a song, and one that goes on with one."""

    first: int
    more: int


@per_server
def leave(c: Connection, before: Jam, user_id: int, *, now: float) -> bool:
    """Take no more part. What was made stays; a turn that is just theirs goes on to the next."""
    if not members.drop(c, before.id, user_id):
        return False
    entry = parts.at_turn(c, before.id)
    if entry is not None and entry.state is E.OFFERED and entry.user_id == user_id:
        # As it is by now: it may have become theirs, with an end of its own, since the jam was read.
        pass_on(c, jams.by_id(c, before.id) or before, entry, E.PASSED, now=now)
    return True


@per_server
def begin(c: Connection, before: Jam, *, now: float) -> bool:
    """Begin with those who have joined, in the order of their lots where that is drawn."""
    if not jams.save(c, before, replace(before, state=JamState.OPEN, state_at=now, due_at=now)):
        return False
    if before.order == DRAWN:
        there = sorted(members.of_jam(c, before.id), key=lambda one: lot(before.seed, one.user_id))
        for place, one in enumerate(there, 1):
            members.change(c, before.id, one.user_id, place=place)
    return True


@per_server
def wait_on(c: Connection, before: Jam, *, until: float) -> bool:
    """Its time has come, and too few have joined: it begins as soon as there are enough, until then."""
    brief = {**before.brief, "timed": False, "late": True}
    return jams.save(c, before, replace(before, due_at=until, brief=brief))


@per_server
def next_turn(c: Connection, before: Jam, costs: Costs, *, now: float) -> bool:
    """Offer the next turn, or end where there is none."""
    past = parts.past(c, before.id)
    done = [one for one in past if one.state is E.ENTERED]
    if parts.at_turn(c, before.id) is not None:
        return False
    who = next_member(before.order, members.of_jam(c, before.id), past)
    cost = costs.more if done or before.song else costs.first
    why = (
        "turns" if len(done) >= before.turns
        else str(before.brief.get("end") or "closed") if before.state is JamState.CLOSING
        else "pot" if cost > before.pot - jams.used(c, before.id)
        else "join" if [one.reason for one in past[-_JOINS:]] == ["join"] * _JOINS
        else "nobody" if who is None
        else ""
    )  # fmt: skip
    if why or who is None:
        return end(c, before, why, now=now)
    if not jams.save(c, before, replace(before, state_at=now, due_at=now + before.turn_for)):
        return False
    entry_id = _offer(c, before.id, who, len(done) + 1, now=now)
    last = past[-1] if past else None
    if who != NOBODY or last is None or not before.about.sings:  # a line that is anyone's is in the panel
        skipped = last.id if last is not None and last.state is not E.ENTERED else 0
        # The sound goes with the first message of a turn, which loses it as it is over where that is blind.
        heard = bool(done or before.song) and not before.about.sings and (before.hidden or not skipped)
        _tell_turn(c, before.id, entry_id, who, now=now, said={"skipped": skipped, "sound": heard})
    return True


def _offer(c: Connection, jam_id: int, user_id: int, turn: int, *, now: float) -> int:
    values = {"jam_id": jam_id, "user_id": user_id, "turn": turn, "job_id": 0, "state_at": now}
    made = c.execute(sa.insert(jam_entry).values(state=E.OFFERED, **values).returning(jam_entry.c.id))
    return int(made.scalar_one())


def _tell_turn(
    c: Connection, jam_id: int, entry_id: int, user_id: int, *, now: float, said: Mapping[str, object]
) -> None:
    seq = posts.next_seq(c, jam_id, Say.TURN)
    posts.plan(c, jam_id, Say.TURN, seq, now=now, entry_id=entry_id, user_id=user_id, said=said)


@per_server
def end(c: Connection, before: Jam, why: str, *, now: float) -> bool:
    """End with what there is; without anything, as cancelled. Of lines the song is still to be made."""
    done = [one for one in parts.past(c, before.id) if one.state is E.ENTERED]
    sung = not before.about.sings or any(one.join_id for one in done)
    brief = {**before.brief, "end": why}
    if not done or (not sung and why in ("stalled", "outage")):
        return life.cancel(c, before, by=0, reason="", now=now, why=why)
    if not sung:
        closing = replace(before, state=JamState.CLOSING, state_at=now, due_at=now, brief=brief)
        return before.state is JamState.OPEN and jams.save(c, before, closing)
    showing = replace(before, state=JamState.SHOWING, state_at=now, due_at=now, brief=brief)
    if not jams.save(c, before, showing):
        return False
    posts.plan(c, before.id, Say.RESULT, now=now, entry_id=done[-1].id, said={"why": why})
    return True


def moved(
    c: Connection, before: Jam, after: Jam, entry: Entry, to: E, *, now: float, **values: object
) -> bool:
    """Change a jam and its turn as one; False where one of them is no longer as it was read."""
    current = entries.by_id(c, entry.id)
    here = current is not None and (current.state, current.user_id) == (entry.state, entry.user_id)
    return here and jams.save(c, before, after) and entries.move(c, entry, to, now=now, **values)


def over(before: Jam, *, now: float) -> Jam:
    """The jam with nothing more to wait for: the keeper goes on."""
    return replace(before, state_at=now, due_at=now, stalled_left=None)


@per_server
def pass_on(c: Connection, before: Jam, entry: Entry, to: E, *, now: float) -> bool:
    """Take an offered turn from its member: passed, or expired. Clocks that stand go on standing."""
    after = over(before, now=now) if before.stalled_left is None else before
    if not moved(c, before, after, entry, to, now=now):
        return False
    if to is E.EXPIRED and entry.user_id != NOBODY:
        members.change(c, before.id, entry.user_id, missed=jam_member.c.missed + 1)
    return True


@per_server
def claim(c: Connection, before: Jam, entry: Entry, user_id: int) -> bool:
    """Give a turn that is anyone's to the one who takes it first, who takes part from then on."""
    if before.order != ANYONE or entry.user_id != NOBODY:
        return False
    free = jam_entry.c.id == entry.id, jam_entry.c.state == E.OFFERED, jam_entry.c.user_id == NOBODY
    taken = bool(c.execute(sa.update(jam_entry).where(*free).values(user_id=user_id)).rowcount)
    if taken:
        members.add(c, before.id, user_id)
    return taken


def take(c: Connection, job: Job, entry: Entry) -> None:
    """Note the job that makes a turn, in the transaction that accepts it."""
    entries.move(c, entry, E.WORKING, now=job.created_at, job_id=job.id)
    members.change(c, entry.jam_id, entry.user_id, missed=0)


@per_server
def write_line(c: Connection, before: Jam, entry: Entry, user_id: int, words: str, *, now: float) -> bool:
    """Enter a line, and offer the next: who writes at the same time finds that one, where it is anyone's."""
    after = over(before, now=now)
    if not moved(c, before, after, entry, E.ENTERED, now=now, words=words, user_id=user_id):
        return False
    members.add(c, before.id, user_id)
    members.change(c, before.id, user_id, missed=0)
    return next_turn(c, after, Costs(0, 0), now=now)


@per_server
def made(c: Connection, before: Jam, entry: Entry, *, now: float, until: float) -> bool:
    """The takes of a turn are there: its member says until then which goes on. False where there is none."""
    takes = entries.songs(c, entry.job_id)
    if not takes:
        return False
    after = replace(before, state_at=now, due_at=until if len(takes) > 1 else now)
    first = takes[0].position
    if not moved(c, before, after, entry, E.CHOOSING, now=now, position=first):
        return False
    posts.plan(c, before.id, Say.PART, entry.id, now=now, entry_id=entry.id, user_id=entry.user_id)
    return True


@per_server
def failed(c: Connection, before: Jam, entry: Entry, job: Job | None, *, now: float, until: float) -> bool:
    """A turn has come to nothing: it is its member's again while there is time, else it passes on.

    Where the account could not pay, clocks stand until then.
    """
    why = stalls.unpaid(job)
    if before.state is not JamState.OPEN or job is None or (now >= before.due_at and not why):
        return moved(c, before, over(before, now=now), entry, E.FAILED, now=now, reason="late")
    after = stalls.stalled(before, now=now, until=until, why=why) if why else before
    if not moved(c, before, after, entry, E.OFFERED, now=now):
        return False
    said = {"job": job.id, "sound": before.hidden and parts.base(c, before) is not None}
    posts.plan(c, before.id, Say.AGAIN, job.id, now=now, entry_id=entry.id, user_id=entry.user_id, said=said)
    if why:
        stalls.tell(c, before, now=now, until=until, why=why)
    return True


@per_server
def choose(c: Connection, before: Jam, entry: Entry, position: int, *, now: float) -> bool:
    """Note which take goes on; the keeper does the rest."""
    there = {one.position for one in entries.songs(c, entry.job_id)}
    if position not in there or before.stalled_left is not None:
        return False
    return moved(c, before, over(before, now=now), entry, E.CHOOSING, now=now, position=position)


@per_server
def close(c: Connection, before: Jam, *, now: float, why: str = "closed") -> bool:
    """Offer no more turns: what is under way becomes the last part, a turn that nobody has taken ends now."""
    entry = parts.at_turn(c, before.id)
    free = entry is None or entry.state is E.OFFERED
    brief = {**before.brief, "end": why}
    closing = replace(before, state=JamState.CLOSING, stalled_left=None, state_at=now, brief=brief)
    if free or before.stalled_left is not None:
        closing = replace(closing, due_at=now)
    if before.state is not JamState.OPEN or not jams.save(c, before, closing):
        return False
    if entry is not None and free:
        entries.move(c, entry, E.EXPIRED, now=now)
    return True


@per_server
def give_in(c: Connection, before: Jam, *, now: float) -> bool:
    """Nobody has helped a jam that stalled: end it with what there is."""
    entry = parts.at_turn(c, before.id)
    if before.stalled_left is None or jams.by_id(c, before.id) != before:
        return False
    if entry is not None:
        entries.move(c, entry, E.EXPIRED if entry.state is E.OFFERED else E.FAILED, now=now)
    return end(c, before, "outage" if before.brief.get("stands") == stalls.OUTAGE else "stalled", now=now)


@per_server
def remove(
    c: Connection, before: Jam, turn: int, *, by: int, reason: str, keep_out: bool, now: float
) -> Entry | None:
    """Take out the present turn, a line or the last part; None where it is none of these.

    What others went on from cannot be taken out of what they made of it.
    """
    past, current = parts.past(c, before.id), parts.at_turn(c, before.id)
    done = [one for one in past if one.state is E.ENTERED and not (before.about.sings and one.join_id)]
    entry = next((one for one in [*done, *([current] if current else [])] if one.turn == turn), None)
    free = current is None or current.state is E.OFFERED
    loose = free and (before.about.sings or done[-1:] == [entry])
    song = before.about.sings and entry is not None and entry.join_id  # it is nobody's, and paid
    if entry is None or song or not (entry == current or loose):
        return None
    after = over(before, now=now) if entry == current else before
    if not moved(c, before, after, entry, E.REMOVED, now=now, reason=reason):
        return None
    if keep_out:
        marks.give(c, before.id, entry.user_id, Mark.KEPT_OUT)
        members.drop(c, before.id, entry.user_id)
    said = {"letter": str(turn), "reason": reason, "by": by}
    posts.plan(c, before.id, Say.REMOVED, entry.id, now=now, entry_id=entry.id, said=said)
    if current is not None and entry != current:  # it goes on from what was before, or is one line less
        entries.give(c, current.id, turn=current.turn - 1)
    for later in done:
        if later.turn > turn:
            entries.give(c, later.id, turn=later.turn - 1)
    if current is not None and entry != current and not before.about.sings:
        heard = bool(done[:-1] or before.song)
        _tell_turn(c, before.id, current.id, current.user_id, now=now, said={"sound": heard})
    return entry
