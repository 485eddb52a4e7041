"""What people do with jams, each by the call that the command makes, and what must come of it."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from sqlalchemy.exc import OperationalError

from jobs.jams.service import Voter, Wish
from jobs.models import Job, Order
from jobs.models.jam import Jam
from jobs.models.rejections import JamProblem, JamRefused, Rejected
from jobs.store.queries import jobs
from tests.jobs.model.jams.file import EntryRow, JamRow
from tests.jobs.model.jams.world import HOST, MEMBERS, MODERATOR, JamProcess, JamWorld
from tests.jobs.model.outcomes import Outcome
from tests.jobs.model.terms import PARAMS, TERMS
from tests.jobs.model.world import CHANNELS, origin

# The press of somebody who was in time may be under way.
_ON_ITS_WAY = 5.0
_PRICE = TERMS["suno.create"].price


@dataclass(frozen=True)
class Act:
    """Something that somebody does. The numbers choose among what there is.

    Attributes:
        after: Seconds from now.
        bits: Letters, entries and the like.
    """

    what: str
    who: int
    bits: int = 0
    after: float = 0.0
    outcome: Outcome = field(default_factory=Outcome)


class People:
    """Those who act in a world while its bot runs."""

    def __init__(self, world: JamWorld, process: JamProcess, jam_id: int) -> None:
        self._world, self._process, self._jam_id = world, process, jam_id

    @property
    def row(self) -> JamRow:
        return self._world.file.jam(self._jam_id)

    @property
    def _entries(self) -> list[EntryRow]:
        return self._world.file.entries(self._jam_id)

    def _broken(self, what: str) -> None:
        self._world.board.broken.append(f"{self.row}: {what}")

    async def enter(self, act: Act) -> None:
        world, where = self._world, replace(origin(self.row.channel_id), user_id=MEMBERS[act.who])
        before = self._excuses(where.user_id)
        params = {**PARAMS, "description": "a song of words"}
        order = Order("suno.create", params, "song", jam_id=self._jam_id)
        job = await world.place(self._process, order, where, [act.outcome])
        after = self._excuses(where.user_id)
        if not isinstance(job, Job):
            problem = job.problem if isinstance(job, JamRefused) else None
            if problem not in before | after:
                self._broken(f"a try was refused without a cause: {job}")
            return
        if JamProblem.OVER in before & after:
            self._broken("a try was taken after the end")
        if act.bits % 8:  # else it cannot be told whether the member saw the answer
            world.seen.add(job.id)
            await self._process.service.card_shown(job, None)

    def _excuses(self, user_id: int) -> set[JamProblem]:
        """What would explain that a try is not taken."""
        jam, found = self.row, set()
        if jam.state != "open" or self._world.time.now() >= jam.due_at:
            found.add(JamProblem.OVER)
        if sum(one.user_id == user_id and one.state != "failed" for one in self._entries) >= jam.share:
            found.add(JamProblem.SHARE)
        if self._world.file.used(jam.id) + _PRICE > jam.pot:
            found.add(JamProblem.POT)
        return found

    async def choose(self, act: Act) -> None:
        user = MEMBERS[act.who]
        mine = [one for one in self._entries if one.user_id == user]
        if not mine:
            return
        entry, position = mine[act.bits % len(mine)], act.bits // len(mine) % 2
        try:
            await self._process.jams.choose(await self._jam(), user, entry.id, position)
        except Rejected:
            return
        now = next(one for one in self._entries if one.id == entry.id)
        if self.row.state in ("open", "closing") and (now.state, now.position) not in {
            ("entered", position),
            ("withdrawn", position),
        }:
            self._broken(f"{now} was chosen with take {position}")

    async def withdraw(self, act: Act) -> None:
        user = MEMBERS[act.who]
        try:
            await self._process.jams.withdraw(await self._jam(), user)
        except Rejected:
            return
        if self.row.state not in ("open", "closing"):
            return
        if any(one.user_id == user and one.state == "entered" for one in self._entries):
            self._broken("what was withdrawn is entered")

    async def vote(self, act: Act) -> None:
        """With whatever letters: what may not be picked must be refused, and nothing else."""
        user, there = MEMBERS[act.who], sorted(one.letter for one in self._entries if one.letter)
        picked = {letter for n, letter in enumerate(there) if act.bits >> n & 1}
        shown = set(there[: len(there) // 2] if act.bits & 256 else there) | picked
        before, ids = self._may_pick(user, picked, shown), None
        world, taken = self._world, False
        world.recount.doubtful.pop((self._jam_id, user), None)
        if before is not None:
            world.recount.doubtful[self._jam_id, user] = before
        try:
            await self._process.jams.vote(await self._jam(), Voter(user, 0.0), picked, shown)
            taken = True
        except Rejected:
            pass
        except OperationalError:
            return
        world.recount.doubtful.pop((self._jam_id, user), None)
        ids = self._may_pick(user, picked, shown)
        if taken:
            world.recount.cast(self._jam_id, user, before or ids or ())
        if (before is None) == (ids is None) and taken != (ids is not None):
            self._broken(f"a ballot of {user} for {picked} was {'taken' if taken else 'refused'}")

    def _may_pick(self, user: int, picked: Collection[str], shown: Collection[str]) -> frozenset[int] | None:
        """The ballot that must come of it; None where it must be refused."""
        jam, entered = self.row, {one.letter: one for one in self._entries if one.is_heard}
        if jam.state != "voting" or self._world.time.now() > jam.due_at + _ON_ITS_WAY:
            return None
        if not set(picked) <= entered.keys() or any(entered[one].user_id == user for one in picked):
            return None
        earlier = self._world.recount.picked(jam.id, user)
        kept = {one.id for letter, one in entered.items() if one.id in earlier and letter not in shown}
        after = frozenset(kept | {entered[letter].id for letter in picked})
        return after if len(after) <= jam.picks else None

    async def decide(self, act: Act) -> None:
        """About a try that has stopped, as its member; or as everybody may try with any job."""
        made = self._entries
        if not made:
            return
        entry = made[act.bits % len(made)]
        service, where = self._process.service, replace(origin(CHANNELS[0]), user_id=entry.user_id)
        what = ("cancel", "retry", "repost", "look again")[act.bits // len(made) % 4]
        found = await service.read(jobs.in_guild, 1, entry.job_id)
        if found is not None and self.row.hides:
            self._broken(f"job {entry.job_id} can be found by its number")
        try:
            if what == "cancel":
                await service.cancel(entry.job_id)
            elif what == "retry":
                self._world.api.retries[entry.ref] += 1
                if await service.retry(entry.job_id, where) is None:
                    self._world.api.retries[entry.ref] -= 1
            elif what == "repost":
                await service.send_again(entry.job_id, where)
            else:
                await service.look_again(entry.job_id, where)
        except Rejected:
            self._world.api.retries[entry.ref] -= what == "retry"

    async def peek(self, act: Act) -> None:
        lettered = [one for one in self._entries if one.letter and one.state == "entered"]
        if lettered:
            entry = lettered[act.bits % len(lettered)]
            try:
                found = await self._process.jams.peek(await self._jam(), entry.letter, MODERATOR)
            except Rejected:
                return
            if found.user_id != entry.user_id:
                self._broken(f"{entry} was shown as another's")

    async def host(self, act: Act) -> None:
        """Close, move, cancel or remove; what comes too late is refused."""
        jam, service = await self._jam(), self._process.jams
        await asyncio.sleep(0.01 * (act.bits % 5))  # others may act while this one looks
        was = self.row
        lettered = [one.letter for one in self._entries if one.letter] or ["A"]
        at = max(jam.due_at, self._world.time.now()) + (act.bits // 8 % 4 - 1) * 300.0
        moved = (jam.state.value, jam.due_at) != (was.state, was.due_at)
        try:
            match act.bits % 8:
                case 0 | 1 | 2:
                    await service.close(jam)
                case 3 | 4:
                    await service.move_end(jam, at, HOST)
                case 5 | 6:
                    await service.remove(jam, lettered[act.bits // 8 % len(lettered)], MODERATOR, "rules")
                case _ if act.bits >= 48:
                    await service.cancel(jam, HOST, "over")
                case _:
                    return
        except Rejected:
            return
        if moved and act.bits % 8 not in (5, 6):
            self._broken(f"what was decided when it was {jam.state}, until {jam.due_at}, was done")

    async def _jam(self) -> Jam:
        return await self._process.jam(self._jam_id)


async def start(world: JamWorld, process: JamProcess, wish: Wish, channel_id: int) -> None:
    """A host starts a contest."""
    try:
        await process.jams.start(wish, replace(origin(channel_id), user_id=HOST), moderator=True)
    except Rejected as error:
        running = sum(not one.has_ended for one in world.file.jams())
        if running < 3:
            world.board.broken.append(f"a contest was refused: {error.rejection}")


def wish(minutes: int, votes: int, pot: int, tries: int, picks: int) -> Wish:
    """What a host types. `votes` are minutes too; 0 for none."""
    return Wish("lanterns", f"{minutes}m", f"{votes}m" if votes else "none", pot, tries, picks)
