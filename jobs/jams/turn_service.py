"""What members and hosts do with jams in turns."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from jobs.context import JobContext
from jobs.jams.changes import Changes
from jobs.jams.showing import take_away
from jobs.jams.starting import about, beginning_of, begun, hosted, pot_of, span_of
from jobs.jams.turns import is_for_money
from jobs.models import NOBODY, Clip, GuildSettings, Order, Origin
from jobs.models.jam import HIDING, Entry, EntryState, Jam, JamState
from jobs.models.jam_kinds import KINDS
from jobs.models.rejections import (
    Blocked,
    ForbiddenWord,
    JamProblem,
    JamRefused,
    KeyProblem,
    Rejected,
    Rejection,
    WrongInput,
)
from jobs.models.states import JobState
from jobs.ports import JamOutbox
from jobs.rules.admission import check_line
from jobs.rules.jams import clock
from jobs.rules.jams.turns import ANYONE, JOINED, LEAST_MEMBERS, MOST_MISSED, may_take
from jobs.rules.words import folded, found_in
from jobs.store.locks import hold_jam, per_server
from jobs.store.queries import guilds, jobs
from jobs.store.queries.jams import entries, jams, marks, members, parts, stalls, turns
from jobs.store.queries.jams.marks import Mark

# Who writes at the same time as others is beaten to a line at most so often.
_TIMES = 5
# What a turn gets at least when clocks go on again.
_LEAST_LEFT = 10 * clock.MINUTE


@dataclass(frozen=True, slots=True)
class TurnsWish:
    """What a host typed for a relay, or for lines."""

    kind: str
    theme: str
    turns: int
    turn_time: str = "12h"
    pot: int | None = None
    song: str = ""
    style: str = ""
    order: str = JOINED
    blind: bool = False
    starts: str = ""
    event: bool = False


class Turns:
    """The part of `JamService` for jams in which members take turns."""

    def __init__(self, context: JobContext, outbox: JamOutbox, changes: Changes) -> None:
        self._context = context
        self._outbox = outbox
        self._changes = changes
        self._read = context.store.read

    async def start(self, wish: TurnsWish, origin: Origin, *, moderator: bool) -> Jam:
        """Let members join. Raises Rejected."""
        context, now = self._context, self._context.clock.now()
        chosen = await hosted(context, origin, moderator=moderator)
        pot = self._checked_pot(wish, chosen, moderator=moderator)
        begins_at = now + context.schedule.wait(clock.GATHER)
        if wish.starts:
            begins_at = beginning_of(context, wish.starts, chosen.timezone)
        values = {
            **about(origin, now, wish.theme, wish.kind, pot),
            "brief": {
                "song": wish.song, "style": wish.style, "order": wish.order,
                "upload_limit": origin.upload_limit, "timed": bool(wish.starts),
            },
            "state": JamState.PLANNED, "due_at": begins_at,
            "votes_for": 0.0, "share": 0, "picks": 0, "hidden": wish.blind,
            "turns": wish.turns, "turn_for": span_of(context, wish.turn_time),
        }  # fmt: skip
        event = wish.event and bool(wish.starts)
        return await begun(self._changes, values, moderator=moderator, event=event)

    def _checked_pot(self, wish: TurnsWish, chosen: GuildSettings, *, moderator: bool) -> int:
        """The pot of what a host typed, whose words may be used. Raises Rejected where it holds no turn."""
        kind = KINDS[wish.kind]
        operation = kind.sings or kind.ways[0]
        order = Order(operation, {"title": wish.theme, "style": wish.style}, wish.theme)
        if found := found_in(order, chosen.forbidden_words):
            raise Rejected(ForbiddenWord(*found, operation))
        pot, least = self._pot(wish, chosen, moderator=moderator), self.price(replace(wish, turns=1))
        if pot < least:
            raise Rejected(JamRefused(JamProblem.POT_TOO_SMALL, number=least))
        return pot

    def _pot(self, wish: TurnsWish, chosen: GuildSettings, *, moderator: bool) -> int:
        """What all turns cost where the host says nothing, or as much of it as they may set."""
        if wish.pot is not None:
            return pot_of(wish.pot, chosen, moderator=moderator)
        whole = self.price(wish)
        return whole if moderator else min(whole, chosen.jam_pot)

    def price(self, wish: TurnsWish) -> int:
        """What all turns cost at the present prices."""
        kind, price = KINDS[wish.kind], self._context.catalogue.price
        if kind.sings:
            return price(kind.sings, {})
        first, more = price(kind.ways[0], {}), price(kind.from_song[0], {}) + price(kind.joins, {})
        return more * wish.turns if wish.song else first + more * (wish.turns - 1)

    async def join(self, jam: Jam, origin: Origin) -> int:
        """Take part; how many do. Raises Rejected."""
        chosen, user_id = await self._read(guilds.settings, jam.guild_id), origin.user_id
        order = Order(jam.about.joins or jam.about.sings, {}, "", jam_id=jam.id)
        objection = check_line(order, origin, chosen, self._context.clock.now())
        if objection is not None:  # so nobody waits for who may not take a turn
            raise Rejected(objection)
        if await self._read(marks.holds, jam.id, user_id, Mark.KEPT_OUT):
            raise _refused(JamProblem.KEPT_OUT, jam)
        if jam.state not in (JamState.PLANNED, JamState.OPEN):
            raise _refused(JamProblem.OVER, jam)
        if not await self._changes.write(members.add, jam.id, user_id):
            raise _refused(JamProblem.JOINED, jam)
        return len(await self._read(members.of_jam, jam.id))

    async def leave(self, jam: Jam, user_id: int) -> None:
        """Take no more part. Raises Rejected."""
        if not await self._changes.write(turns.leave, jam, user_id, now=self._context.clock.now()):
            raise _refused(JamProblem.NOT_JOINED, jam)

    async def begin(self, jam: Jam) -> None:
        """Begin with those who have joined. Raises Rejected."""
        there = await self._read(members.of_jam, jam.id)
        if jam.state is JamState.PLANNED and jam.order != ANYONE and len(there) < LEAST_MEMBERS:
            raise Rejected(JamRefused(JamProblem.TOO_FEW, jam.id, number=LEAST_MEMBERS))
        if jam.state is not JamState.PLANNED or not (
            await self._changes.write(turns.begin, jam, now=self._context.clock.now())
        ):
            raise _refused(JamProblem.MOVED_MEANWHILE, jam)

    async def take(self, jam: Jam, user_id: int) -> tuple[Entry, Clip | None]:
        """Let a member take a turn: it, and what it goes on from. Raises Rejected where it is not theirs."""
        entry = await self._mine(jam, user_id)
        if entry.user_id == NOBODY:
            await self._check_taker(jam, user_id)
            # Whoever sends in a line first has it; what is made takes its time.
            if not jam.about.sings and not await self._changes.write(turns.claim, jam, entry, user_id):
                raise _refused(JamProblem.TURN, jam)
        return entry, await self._read(parts.base, jam)

    async def give_back(self, entry: Entry) -> None:
        """Leave a turn that was anyone's to anyone again: its member may not take it after all."""
        if entry.user_id == NOBODY:
            await self._changes.write(_give_back, entry, now=self._context.clock.now())

    async def _mine(self, jam: Jam, user_id: int) -> Entry:
        """Find the turn that is offered to a member now. Raises Rejected."""
        entry = await self._read(parts.at_turn, jam.id)
        if jam.state is not JamState.OPEN:
            raise _refused(JamProblem.OVER, jam)
        if jam.stalled_left is not None:
            raise _refused(JamProblem.STALLED, jam)
        late = self._context.clock.now() >= jam.due_at
        if entry is None or late or entry.state is not EntryState.OFFERED:
            raise _refused(JamProblem.TURN, jam)
        if entry.user_id not in (NOBODY, user_id):
            raise _refused(JamProblem.TURN, jam, number=entry.user_id)
        return entry

    async def _check_taker(self, jam: Jam, user_id: int) -> None:
        """Raise Rejected for a member who may not take what is anyone's."""
        chosen = await self._read(guilds.settings, jam.guild_id)
        if block := chosen.block_of(user_id, self._context.clock.now()):
            raise Rejected(Blocked(block))
        if await self._read(marks.holds, jam.id, user_id, Mark.KEPT_OUT):
            raise _refused(JamProblem.KEPT_OUT, jam)
        if not may_take(user_id, await self._read(parts.past, jam.id)):
            raise _refused(JamProblem.IN_A_ROW, jam)
        there = await self._read(members.of_jam, jam.id)
        if any(one.user_id == user_id and one.missed >= MOST_MISSED for one in there):
            raise _refused(JamProblem.TURN, jam)

    async def pass_on(self, jam: Jam, user_id: int) -> None:
        """Leave one's turn to the next. Raises Rejected."""
        entry = await self._mine(jam, user_id)
        now = self._context.clock.now()
        if entry.user_id != user_id or not (
            await self._changes.write(turns.pass_on, jam, entry, EntryState.PASSED, now=now)
        ):
            raise _refused(JamProblem.TURN, jam)

    async def write_line(self, jam: Jam, origin: Origin, words: str) -> None:
        """Add a line, whose words are checked as those of an order. Raises Rejected."""
        chosen = await self._read(guilds.settings, jam.guild_id)
        order = Order(jam.about.sings, {"lyrics": words}, words, jam_id=jam.id)
        objection = check_line(order, origin, chosen, self._context.clock.now())
        if objection is not None:
            raise Rejected(objection)
        if await self._read(marks.holds, jam.id, origin.user_id, Mark.KEPT_OUT):
            raise _refused(JamProblem.KEPT_OUT, jam)
        if not folded(words):
            raise Rejected(WrongInput("lyrics", "must not be empty", jam.about.sings))
        for _ in range(_TIMES):
            current = await self._read(jams.by_id, jam.id) or jam
            entry = await self._mine(current, origin.user_id)
            if entry.user_id == NOBODY:
                await self._check_taker(current, origin.user_id)
            if await self._changes.write(
                turns.write_line, current, entry, origin.user_id, words, now=self._context.clock.now()
            ):
                return
        raise _refused(JamProblem.TURN, jam)

    async def choose(self, jam: Jam, user_id: int, entry: Entry, position: int) -> None:
        """Say which take goes on. Raises Rejected."""
        here = entry.user_id == user_id and entry.state is EntryState.CHOOSING
        if jam.stalled_left is not None:
            raise _refused(JamProblem.STALLED, jam)
        if not here or not await self._changes.write(
            turns.choose, jam, entry, position, now=self._context.clock.now()
        ):
            raise _refused(JamProblem.TURN, jam)

    async def refused(self, jam_id: int, why: Rejection) -> None:
        """Where the account cannot pay for a try or a turn, let the clocks stand and tell the host."""
        jam = await self._read(jams.by_id, jam_id)
        if jam is None or jam.state is not JamState.OPEN or not is_for_money(why):
            return
        now = self._context.clock.now()
        until = now + self._context.schedule.wait(clock.STALLS)
        for_key = stalls.KEY if isinstance(why, KeyProblem) else stalls.CREDITS
        await self._changes.write(stalls.stall, jam, now=now, until=until, why=for_key)

    async def resume(self, jam: Jam) -> None:
        """Let the clocks go on. Raises Rejected where they do."""
        least = self._context.schedule.wait(_LEAST_LEFT)
        least = min(least, jam.turn_for) if jam.about.in_turn else least
        if not await self._changes.write(stalls.resume, jam, now=self._context.clock.now(), least=least):
            raise _refused(JamProblem.MOVED_MEANWHILE, jam)

    async def close(self, jam: Jam) -> None:
        """Offer no more turns. Raises Rejected."""
        if not await self._changes.write(turns.close, jam, now=self._context.clock.now()):
            raise _refused(JamProblem.MOVED_MEANWHILE, jam)

    async def remove(self, jam: Jam, turn: int, by: int, reason: str, *, keep_out: bool) -> None:
        """Take out the present turn, the last part or a line; and its member. Raises Rejected."""
        gone, now = None, self._context.clock.now()
        if jam.state in HIDING:
            gone = await self._changes.write(
                turns.remove, jam, turn, by=by, reason=reason, keep_out=keep_out, now=now
            )
        if gone is None:
            raise _refused(JamProblem.BUILT_ON, jam)
        await take_away(self._context, self._outbox, jam, gone.id)

    async def give_up_join(self, jam: Jam, entry_id: int) -> None:
        """Go on without waiting for what the bot ordered. Raises Rejected."""
        if not await self._changes.write(_give_up_join, jam, entry_id, now=self._context.clock.now()):
            raise _refused(JamProblem.MOVED_MEANWHILE, jam)


def _give_back(c: Connection, entry: Entry, *, now: float) -> None:
    hold_jam(c, entry.jam_id)
    entries.move(c, entry, EntryState.OFFERED, now=now, user_id=NOBODY)


@per_server
def _give_up_join(c: Connection, jam: Jam, entry_id: int, *, now: float) -> bool:
    """Let its time be over; the keeper does what follows."""
    entry = entries.by_id(c, entry_id)
    if entry is None or entry.jam_id != jam.id or entry.state is not EntryState.JOINING:
        return False
    job = jobs.by_id(c, entry.join_id)  # tried again, it is awaited
    here = job is not None and job.state is JobState.HELD
    return here and jams.save(c, jam, turns.over(jam, now=now))


def _refused(problem: JamProblem, jam: Jam, *, number: int = 0) -> Rejected:
    until = jam.state_at if problem is JamProblem.OVER else jam.due_at
    return Rejected(JamRefused(problem, jam.id, until=until, number=number))
