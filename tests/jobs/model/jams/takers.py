"""What people do with relays, each by the call that the command makes, and what must come of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from sqlalchemy.exc import OperationalError

from jobs.jams.turn_service import TurnsWish
from jobs.models import Clip, Job, Order
from jobs.models.jam import Entry, Jam
from jobs.models.rejections import JamProblem, JamRefused, Rejected
from jobs.store.queries.jams import entries
from tests.jobs.model.jams.file import EntryRow
from tests.jobs.model.jams.people import Act, People
from tests.jobs.model.jams.world import HOST, MEMBERS, MODERATOR, JamWorld
from tests.jobs.model.terms import OF_TURNS
from tests.jobs.model.world import CHANNELS, origin

# What a host does, of nine; a jam is rarely cancelled.
_BEGIN, _RESUME, _CANCEL, _RARELY = 7, 3, 8, 900
_WORDS = {"title": "lanterns", "lyrics": "by the river"}


class Takers(People):
    """Those who act in a relay while its bot runs."""

    @property
    def _turn(self) -> EntryRow | None:
        return self._world.file.at_turn(self._jam_id)

    async def join(self, act: Act) -> None:
        user, jam = MEMBERS[act.who], await self._jam()
        there = self._world.file.members(self._jam_id)
        try:
            await self._process.jams.turns.join(jam, replace(origin(jam.channel_id), user_id=user))
        except Rejected:
            running = {jam.state.value, self.row.state} <= {"planned", "open"}
            since = self._world.file.members(self._jam_id)  # by the same press twice
            if running and not {user} & {*there, *since, *self._world.file.kept_out(self._jam_id)}:
                self._broken(f"{user} could not join")

    async def leave(self, act: Act) -> None:
        user = MEMBERS[act.who]
        try:
            await self._process.jams.turns.leave(await self._jam(), user)
        except Rejected:
            return
        turn = self._turn
        left = user not in self._world.file.members(self._jam_id) and self.row.order != "anyone"
        if left and turn is not None and (turn.state, turn.user_id) == ("offered", user):
            self._broken(f"{turn} is still that of {user}, who has left")

    async def take(self, act: Act) -> None:
        """Order for the turn that there is, whoever's that is."""
        world, turns = self._world, self._process.jams.turns
        where = replace(origin(self.row.channel_id), user_id=MEMBERS[act.who])
        before = self._takes(where.user_id)
        try:
            entry, base = await turns.take(await self._jam(), where.user_id)
        except Rejected as refused:
            self._judge(refused.rejection, before, where.user_id)
            return
        job = await world.place(self._process, self._order(base), where, [act.outcome])
        if not isinstance(job, Job):
            self._judge(job, before, where.user_id)
            await turns.give_back(entry)
            await turns.refused(self._jam_id, job)
            return
        if before is False and not self._takes(where.user_id, job.id):
            self._broken(f"{where.user_id} took a turn that was not theirs to take")
        if act.bits % 8:  # else it cannot be told whether the member saw the answer
            world.seen.add(job.id)
            await self._process.service.card_shown(job, None)

    def _order(self, base: Clip | None) -> Order:
        if base is None:
            return Order("suno.custom", _WORDS, "lanterns", jam_id=self._jam_id)
        asked = {"clip_id": base.clip_id, "continue_at": "8", **_WORDS}
        return Order("suno.extend", asked, "lanterns", base.clip_id, base, jam_id=self._jam_id)

    def _takes(self, user_id: int, job_id: int = 0) -> bool:
        """Whether the turn may be taken by a member, or was, by a job."""
        jam, turn = self.row, self._turn
        if turn is None or user_id not in (turn.user_id, turn.user_id or user_id):
            return False
        if job_id:
            return turn.job_id == job_id
        here = jam.state == "open" and turn.state == "offered" and jam.stalled_left is None
        return here and self._world.time.now() < jam.due_at

    def _judge(self, why: object, before: bool, user_id: int) -> None:
        """What is a member's to take is refused for the pot alone, and to whom it was taken from."""
        problem = why.problem if isinstance(why, JamRefused) else None
        turn = self._turn
        theirs = before and self._takes(user_id) and turn is not None and turn.user_id == user_id
        most = max(OF_TURNS["suno.extend"].price, OF_TURNS["suno.custom"].price)
        left = self.row.pot - self._world.file.used(self._jam_id) - OF_TURNS["suno.concat"].price
        poor = problem is JamProblem.POT and left < most
        went_on = problem is JamProblem.SONG_WENT_ON and any(
            one.state == "removed" for one in self._world.file.entries(self._jam_id)
        )
        kept_out = user_id in self._world.file.kept_out(self._jam_id)
        if theirs and not (poor or went_on or kept_out):
            self._broken(f"a turn of {user_id} was refused without a cause: {why}")

    async def pass_on(self, act: Act) -> None:
        user, turn = MEMBERS[act.who], self._turn
        late = self._world.time.now() >= self.row.due_at
        try:
            await self._process.jams.turns.pass_on(await self._jam(), user)
        except Rejected:
            return
        if late and turn is not None and turn == self._entry(turn.id):
            self._broken(f"{turn} was passed after its time")

    def _entry(self, entry_id: int) -> EntryRow:
        return next(one for one in self._entries if one.id == entry_id)

    async def choose(self, act: Act) -> None:
        turn = self._turn
        if turn is None:
            return
        entry = await self._process.service.read(entries.by_id, turn.id)
        position = act.bits % 2
        assert entry is not None
        user = entry.user_id if act.bits & 2 else MEMBERS[act.who]
        try:
            await self._process.jams.turns.choose(await self._jam(), user, entry, position)
        except Rejected:
            return
        except OperationalError:
            self._chose(entry, position, surely=False)
            raise
        self._chose(entry, position)
        if user != entry.user_id:
            self._broken(f"{user} chose for {entry.user_id}")

    def _chose(self, entry: Entry, position: int, *, surely: bool = True) -> None:
        now, made = self._world.time.now(), self._world.chosen
        at, positions = made.get(entry.id, (now, set[int]()))
        if surely and at < now:
            positions = set()
        made[entry.id] = (now, positions | {position} | (set() if surely else {0, 1}))

    async def decide(self, act: Act) -> None:
        """About what makes a turn, or joins it: as its member, or the host."""
        turn = self._turn
        if turn is None or not turn.job_id:
            return
        joins = turn.state == "joining"
        job_id, ref = (turn.join_id, turn.join_ref) if joins else (turn.job_id, turn.ref)
        service, where = self._process.service, replace(origin(CHANNELS[0]), user_id=turn.user_id)
        what = ("retry", "retry", "cancel", "look again", "give up")[act.bits % 5]
        try:
            if what == "retry":
                self._world.api.retries[ref] += 1
                if await service.retry(job_id, where) is None:
                    self._world.api.retries[ref] -= 1
            elif what == "cancel":
                await service.cancel(job_id)
            elif what == "look again":
                await service.look_again(job_id, where)
            else:
                await self._process.jams.turns.give_up_join(await self._jam(), turn.id)
        except Rejected:
            self._world.api.retries[ref] -= what == "retry"

    async def host(self, act: Act) -> None:
        """Begin, close, move, go on, cancel or remove; what comes too late is refused."""
        jam = await self._jam()
        await asyncio.sleep(0.01 * (act.bits % 5))
        was, what = self.row, act.bits % 9
        moved = (jam.state.value, jam.due_at) != (was.state, was.due_at)
        if what == _CANCEL and act.bits < _RARELY:
            return
        try:
            await self._decisions(jam, act)[what]()
        except Rejected:
            return
        if moved and what not in (5, 6):
            self._broken(f"what was decided when it was {jam.state}, until {jam.due_at}, was done")

    def _decisions(self, jam: Jam, act: Act) -> list[Callable[[], Awaitable[None]]]:
        """What a host may do; of some of it there are several."""
        service, at = self._process.jams, max(jam.due_at, self._world.time.now())
        at += (act.bits // 9 % 4 - 1) * 300.0
        made = [one.turn for one in self._entries if one.state in ("entered", "offered", "choosing")]
        turn = str(made[-1 - act.bits // 9 % min(2, len(made))]) if made else "0"
        out = bool(act.bits & 64)
        return [
            lambda: service.close(jam),
            *[lambda: service.move_end(jam, at, HOST)] * 2,
            *[lambda: service.turns.resume(jam)] * 2,
            *[lambda: service.remove(jam, turn, MODERATOR, "rules", keep_out=out)] * 2,
            lambda: service.turns.begin(jam),
            lambda: service.cancel(jam, HOST, "over"),
        ]


async def start(world: JamWorld, wish: TurnsWish, channel_id: int) -> None:
    """A host lets members join a relay."""
    if world.process is None:
        return
    try:
        where = replace(origin(channel_id), user_id=HOST)
        await world.process.jams.turns.start(wish, where, moderator=True)
    except Rejected as error:
        world.board.broken.append(f"a relay was refused: {error.rejection}")


def help_on(world: JamWorld) -> None:
    """A host does what a jam waits for."""
    for jam in world.file.jams():
        if world.process is None or jam.has_ended:
            continue
        host = Takers(world, world.process, jam.id)
        if jam.state == "planned":
            world.act(host.host(Act("host", 0, _BEGIN)))  # if there are enough of them
            world.act(host.host(Act("host", 0, _CANCEL + 9 * 112)))
        elif jam.stalled_left is not None:
            world.act(host.host(Act("host", 0, _RESUME)))
