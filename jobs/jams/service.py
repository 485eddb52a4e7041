"""What members and hosts do with jams: the face of `jobs.jams` that the commands talk to."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from jobs.context import JobContext
from jobs.engine.hidden import shelf
from jobs.jams.changes import Changes
from jobs.jams.hearing import Hearing
from jobs.jams.keeper import JamKeeper
from jobs.jams.starting import about, beginning_of, begun, end_of, hosted, pot_of, span_of
from jobs.jams.turn_service import Turns
from jobs.models import Clip, GuildSettings, Job, Origin
from jobs.models.jam import Entry, Jam, JamState
from jobs.models.jam_kinds import KINDS
from jobs.models.rejections import Blocked, JamProblem, JamRefused, Rejected
from jobs.ports import JamOutbox
from jobs.rules.jams import clock
from jobs.store.locks import hold_jam, per_server
from jobs.store.queries import clips, guilds, jobs
from jobs.store.queries.jams import ballots, entries, jams, life, marks
from jobs.store.queries.jams.marks import Mark

# Younger accounts do not vote. Scaled, as everything in a sandbox is young.
_OLD_ENOUGH = 7 * 24 * 3600.0
# Of younger ones it is counted how many voted.
_NO_LONGER_NEW = 30 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What a host typed for a contest or a tree."""

    theme: str
    ends: str
    votes: str = "1d"
    pot: int | None = None
    tries: int = 2
    picks: int = 3
    song: str = ""
    rules: str = ""
    kind: str = "contest"
    persona: str = ""
    winner_of: int = 0
    hidden: bool = True
    starts: str = ""
    season: str = ""
    event: bool = False


@dataclass(frozen=True, slots=True)
class Try:
    """One try of a member, as only they may see it; `files` by the positions of the takes."""

    entry: Entry
    job: Job | None
    takes: tuple[Clip, ...] = ()
    files: Mapping[int, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Voter:
    """What Discord says of a member who votes."""

    user_id: int
    account_at: float
    joined_at: float | None = None


class JamService:
    """All that is written about jams by people, is written here; the rest is the keeper's.

    Args:
        wake: Tells the engine that something is due.

    Attributes:
        read: Runs a query of `jobs.store.queries`.
        now: Seconds since the epoch.
        turns: What members and hosts do with jams in turns.
    """

    def __init__(
        self, context: JobContext, keeper: JamKeeper, outbox: JamOutbox, wake: Callable[[], None]
    ) -> None:
        self._context = context
        self._keeper = keeper
        self._outbox = outbox
        self._wake_engine = keeper.ordered = wake
        self._changes = Changes(context.store, self._wake)
        self.turns = Turns(context, outbox, self._changes)
        self.read = context.store.read
        self.now = context.clock.now
        self.hearing = Hearing(self._changes, context.clock)

    async def start(self, wish: Wish, origin: Origin, *, moderator: bool) -> Jam:
        """Start a contest; its panel is posted as soon as that can be. Raises Rejected."""
        chosen = await hosted(self._context, origin, moderator=moderator)
        values = self._values(wish, origin, chosen, moderator=moderator)
        event = wish.event and bool(wish.starts)
        return await begun(self._changes, values, moderator=moderator, event=event)

    def _values(
        self, wish: Wish, origin: Origin, chosen: GuildSettings, *, moderator: bool
    ) -> dict[str, Any]:
        now, context = self.now(), self._context
        begins_at = beginning_of(context, wish.starts, chosen.timezone) if wish.starts else now
        due_at = end_of(context, wish.ends, chosen.timezone, since=begins_at)
        votes_for = 0.0 if wish.votes.strip().lower() == "none" else span_of(context, wish.votes)
        return {
            **about(origin, now, wish.theme, wish.kind, pot_of(wish.pot, chosen, moderator=moderator)),
            "brief": {
                "rules": wish.rules, "song": wish.song or wish.persona, "sung": bool(wish.persona),
                "open_for": due_at - begins_at, "winner_of": wish.winner_of,
            },
            "state": JamState.PLANNED if wish.starts else JamState.OPEN,
            "due_at": begins_at if wish.starts else due_at,
            "votes_for": votes_for, "share": wish.tries, "picks": wish.picks,
            "hidden": wish.hidden and KINDS[wish.kind].hidden, "season": wish.season,
        }  # fmt: skip

    async def song(self, jam: Jam) -> Clip | None:
        """The song that all make something of; None where there is none, or nothing is known of it."""
        return await self.read(clips.by_id, jam.guild_id, jam.song) if jam.song else None

    async def mine(self, jam: Jam, user_id: int) -> list[Try]:
        """What a member has made for a jam, newest first."""
        found = []
        for entry in reversed(await self.read(entries.of_member, jam.id, user_id)):
            job = await self.read(jobs.by_id, entry.job_id)
            takes = tuple(await self.read(entries.songs, entry.job_id))
            files = {
                one.position: path
                for one in takes
                if (path := shelf.kept(self._context, jam.id, entry.job_id, one.position)) is not None
            }
            found.append(Try(entry, job, takes, files))
        return found

    async def choose(self, jam: Jam, user_id: int, entry_id: int, position: int) -> None:
        """Let one take of one try count. Raises Rejected."""
        if not await self._changes.write(_choose, jam, user_id, entry_id, position, now=self.now()):
            raise Rejected(JamRefused(JamProblem.NOTHING_TO_ENTER, jam.id))

    async def withdraw(self, jam: Jam, user_id: int) -> None:
        """Take back all that a member has entered. Raises Rejected."""
        if not await self._changes.write(_withdraw, jam, user_id, now=self.now()):
            raise Rejected(JamRefused(JamProblem.NOTHING_TO_ENTER, jam.id))

    async def may_vote(self, jam: Jam, voter: Voter) -> None:
        """Raise Rejected where a member has no vote: whoever came for it, and whoever is blocked."""
        now = self.now()
        chosen = await self.read(guilds.settings, jam.guild_id)
        if block := chosen.block_of(voter.user_id, now):
            raise Rejected(Blocked(block))
        if await self.read(marks.holds, jam.id, voter.user_id, Mark.KEPT_OUT):
            raise Rejected(JamRefused(JamProblem.KEPT_OUT, jam.id))
        if jam.state is JamState.VOTING and (voter.joined_at or 0.0) > jam.state_at:
            raise Rejected(JamRefused(JamProblem.JOINED_LATER, jam.id, until=jam.state_at))
        if voter.account_at > now - self._context.schedule.wait(_OLD_ENOUGH):
            raise Rejected(JamRefused(JamProblem.ACCOUNT_TOO_NEW, jam.id))

    async def vote(
        self, jam: Jam, voter: Voter, picked: Collection[str], shown: Collection[str]
    ) -> ballots.Ballot:
        """Replace what a member picked among the letters shown. Raises Rejected."""
        await self.may_vote(jam, voter)
        cast = await self._context.store.write(
            ballots.cast, jam.id, voter.user_id, picked, shown, now=self.now(), tells=self._tells(jam, voter)
        )
        if isinstance(cast, JamRefused):
            raise Rejected(cast)
        return cast

    def _tells(self, jam: Jam, voter: Voter) -> list[Mark]:
        """What is noted of a voter, until the count, as it might tell a second account; that is seldom."""
        young = voter.account_at > jam.created_at - self._context.schedule.wait(_NO_LONGER_NEW)
        late = (voter.joined_at or 0.0) > jam.created_at
        return [mark for mark, holds in ((Mark.YOUNG, young), (Mark.LATE, late)) if holds]

    def understood(self, typed: str, timezone: str) -> float | None:
        """When a time that was typed is; None for one that nobody can read."""
        return clock.end(typed, timezone=timezone, now=self.now(), scale=self._context.schedule.scale)

    async def move_to(self, jam: Jam, typed: str, by: int) -> float:
        """Move the end of the present phase to what was typed; when that is. Raises Rejected."""
        chosen = await self.read(guilds.settings, jam.guild_id)
        most = clock.AHEAD if jam.begins_by_time else clock.LONGEST
        due_at = end_of(self._context, typed, chosen.timezone, after=jam.due_at, most=most)
        await self.move_end(jam, due_at, by)
        return due_at

    async def move_end(self, jam: Jam, due_at: float, by: int) -> None:
        """Move the end of the present phase. Raises Rejected where that has just ended."""
        if jam.stalled_left is not None and jam.state is not JamState.CLOSING:
            raise Rejected(JamRefused(JamProblem.STALLED, jam.id))
        if jam.state is JamState.CLOSING or not (
            await self._changes.write(_move_end, jam, due_at=due_at, now=self.now(), by=by)
        ):
            raise Rejected(JamRefused(JamProblem.MOVED_MEANWHILE, jam.id))

    async def close(self, jam: Jam) -> None:
        """End the present phase now, turns with the present one. Raises Rejected where it has just ended."""
        if jam.about.in_turn:
            await self.turns.close(jam)
            return
        if not await self._changes.write(_close, jam, now=self.now()):
            raise Rejected(JamRefused(JamProblem.MOVED_MEANWHILE, jam.id))

    async def cancel(self, jam: Jam, by: int, reason: str) -> None:
        """End a jam without a result. Raises Rejected where it has one."""
        if jam.state in (JamState.SHOWING, JamState.DONE, JamState.CANCELLED) or not (
            await self._changes.write(life.cancel, jam, by=by, reason=reason, now=self.now())
        ):
            raise Rejected(JamRefused(JamProblem.MOVED_MEANWHILE, jam.id))

    async def remind(self, jam: Jam, user_id: int) -> bool:
        """Remind a member of the ends of a jam, or no more; whether it is so now."""
        return await self._context.store.write(marks.turn, jam.id, user_id, Mark.REMINDED)

    async def lend(self, jam: Jam, user_id: int, *, on: bool) -> None:
        """Let contests sing with the persona of a winner's song, or no more."""
        await self._context.store.write(marks.put, jam.id, user_id, Mark.LENDS, on=on)

    async def remove(self, jam: Jam, letter: str, by: int, reason: str, *, keep_out: bool = False) -> None:
        """Take an entry out of the vote, or a turn out of the song; and its member out. Raises Rejected."""
        if jam.about.in_turn:
            turn = int(letter) if letter.isdecimal() else 0
            await self.turns.remove(jam, turn, by, reason, keep_out=keep_out)
            return
        gone = await self._changes.write(
            life.remove, jam, letter, by=by, reason=reason, keep_out=keep_out, now=self.now()
        )
        if gone is None:
            raise Rejected(JamRefused(JamProblem.NO_ENTRY, jam.id))

    async def peek(self, jam: Jam, letter: str, by: int) -> Entry:
        """Tell whose an entry is; who looked is noted, and told with the result. Raises Rejected."""
        entry = await self._context.store.write(_peek, jam.id, letter, by=by, now=self.now())
        if entry is None:
            raise Rejected(JamRefused(JamProblem.NO_ENTRY, jam.id))
        return entry

    def _wake(self) -> None:
        self._keeper.begin()
        self._wake_engine()


@per_server
def _choose(c: Connection, jam: Jam, user_id: int, entry_id: int, position: int, *, now: float) -> bool:
    return _before_gallery(c, jam) and entries.choose(c, jam.id, user_id, entry_id, position, now=now)


@per_server
def _withdraw(c: Connection, jam: Jam, user_id: int, *, now: float) -> bool:
    return _before_gallery(c, jam) and entries.withdraw(c, jam.id, user_id, now=now)


def _before_gallery(c: Connection, jam: Jam) -> bool:
    """What is in the gallery stays what was heard."""
    current = jams.by_id(c, jam.id)
    return current is not None and current.state in (JamState.OPEN, JamState.CLOSING)


@per_server
def _close(c: Connection, jam: Jam, *, now: float) -> bool:
    """Let the phase be due now; the keeper does what follows."""
    timed = life.is_timed(c, jam) or jam.stalled_left is not None
    return timed and jams.save(c, jam, replace(jam, due_at=now - clock.ON_ITS_WAY))


@per_server
def _move_end(c: Connection, jam: Jam, *, due_at: float, now: float, by: int) -> bool:
    """What has ended stays ended, even if the keeper has not come to it yet."""
    here = now < jam.due_at and life.is_timed(c, jam)
    return here and life.move_end(c, jam, due_at=due_at, now=now, by=by)


def _peek(c: Connection, jam_id: int, letter: str, *, by: int, now: float) -> Entry | None:
    hold_jam(c, jam_id)
    jam, entry = jams.by_id(c, jam_id), entries.by_letter(c, jam_id, letter)
    if jam is None or entry is None:
        return None
    peeks = [*jam.brief.get("peeks", ()), [by, entry.letter, now]]
    jams.save(c, jam, replace(jam, brief={**jam.brief, "peeks": peeks}))
    guilds.note_change(c, jam.guild_id, "jam peek", after=f"#{jam.id} {letter}", by=by, now=now)
    return entry
