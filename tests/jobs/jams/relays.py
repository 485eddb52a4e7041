"""A relay whose members write, and whose jobs the API makes, as a test says; with the keeper of `world`."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from jobs.engine.hidden import shelf
from jobs.jams.service import JamService
from jobs.models import NOBODY, Clip, Job, Order, Origin, Reason
from jobs.models.jam import Entry, EntryState, Jam, JamState, Say
from jobs.models.rejections import Rejection
from jobs.models.states import S
from jobs.rules.admission import NeedsConfirmation
from jobs.rules.quote import Enquiry, Payer
from jobs.store import Store
from jobs.store.queries import jobs, orders, transitions
from jobs.store.queries import posts as posts_of_jobs
from jobs.store.queries.jams import members, parts, posts, turns
from jobs.store.schema import job as table
from tests.fakes.api_faults import FaultyMusicApi
from tests.jobs.jams.world import Fuse, JamWorld, Killed, jam_world
from tests.jobs.jams_shelf import MIA, NOOR, RAVI, now_of, started
from tests.jobs.shelf import PROFILE, clip

HOUR = 3600.0
_ROUNDS = 600


def origin(user_id: int) -> Origin:
    return Origin(11, 22, user_id, 10_000_000)


@dataclass
class Relay:
    """Everything of a relay; what becomes of its calls is in `ends`, by operation, one after the other. A
    `prompt` member chooses a take at once, and a `lazy` one lets turns expire."""

    ready: JamWorld
    jam: Jam
    fuse: Fuse = field(default_factory=Fuse)
    ends: dict[str, list[Any]] = field(default_factory=dict)
    lazy: set[int] = field(default_factory=set)
    prompt: bool = True

    @property
    def store(self) -> Store:
        return self.ready.store

    @property
    def service(self) -> JamService:
        return JamService(self.ready.world.context, self.ready.keeper, self.ready.board, lambda: None)

    async def now(self) -> Jam:
        return await now_of(self.store, self.jam)

    async def turn(self) -> Entry | None:
        return await self.store.read(parts.at_turn, self.jam.id)

    async def turns(self) -> list[Entry]:
        return await self.store.read(parts.past, self.jam.id)

    async def jobs(self, operation: str = "") -> list[Job]:
        mine = sa.select(table).where(table.c.jam_id == self.jam.id).order_by(table.c.id)
        found = await self.store.read(lambda c: [jobs.job_from(row) for row in c.execute(mine)])
        return [one for one in found if not operation or one.operation == operation]

    async def ask(self, user_id: int) -> Job | Rejection | NeedsConfirmation:
        """A member sends the form of a turn."""
        base = await self.store.read(parts.base, self.jam)
        order = Order("suno.custom", {"title": "x", "lyrics": f"by {user_id}"}, "x", jam_id=self.jam.id)
        if base is not None:
            asked = {"clip_id": base.clip_id, "continue_at": "8", "lyrics": f"by {user_id}"}
            order = Order("suno.extend", asked, "x", base.clip_id, base, jam_id=self.jam.id)
        now = time.time()
        noted = await self.store.write(
            orders.accept,
            Enquiry(order, origin(user_id), Payer(), now),
            PROFILE,
            due_at=now,
            deadline_at=now + HOUR,
        )
        if not isinstance(noted, orders.Noted):
            return noted
        await self.store.write(posts_of_jobs.card_shown, noted.job.id, card_message_id=7, shows="", now=now)
        return noted.job

    async def make(self, job: Job) -> None:
        """Let the API end a job as is said for it: well, or for a reason, or without an answer."""
        queue = self.ends.get(job.operation, [])
        end = queue.pop(0) if queue else S.DONE
        if job.state is S.ACCEPTED:
            job = await self._moved(job, S.SUBMITTING)
        if end is S.HELD:
            await self._moved(job, S.HELD, reason=Reason.LOST_ANSWER)
            return
        if isinstance(end, Reason):
            if end is Reason.TASK:  # taken, and given back
                job = await self._moved(job, S.WAITING)
            await self._moved(job, S.FAILED, reason=end, due_at=None, refunded=end is Reason.TASK)
            return
        job = await self._moved(job, S.WAITING)
        count = 1 if job.operation == "suno.concat" else 2
        takes = [clip(job, n, duration=8.0, part=f"take {n + 1}") for n in range(count)]
        folder = shelf.folder_of(self.ready.world.context, self.jam.id)
        folder.mkdir(parents=True, exist_ok=True)
        for n in range(count):
            (folder / f"{job.id}-{n}.mp3").write_bytes(b"sound")
        job = await self._moved(job, S.READY, results=takes)
        await self._moved(await self._moved(job, S.POSTING), S.DONE)

    async def _moved(
        self,
        job: Job,
        to: S,
        *,
        results: Sequence[Clip] = (),
        refunded: bool = False,
        **changes: Any,  # noqa: ANN401 - columns
    ) -> Job:
        after = replace(job.entering(to, now=time.time()), **changes)
        assert await self.store.write(transitions.save, job, after, results=results, refunded=refunded)
        found = await self.store.read(jobs.by_id, job.id)
        assert found is not None
        return found

    async def act(self) -> bool:
        """What members and the API do now, if anything; nothing of it counts as a step of the bot."""
        at, self.fuse.at = self.fuse.at, -1
        acted = False
        entry = await self.turn()
        for one in await self.jobs():
            if one.state is S.ACCEPTED:
                await self.make(one)
                acted = True
        current = await self.now()
        offered = entry is not None and entry.state is EntryState.OFFERED and current.stalled_left is None
        offered = offered and self.jam.kind == "relay" and entry is not None and entry.user_id != NOBODY
        if offered and entry and entry.user_id not in self.lazy and time.time() < current.due_at:
            assert isinstance(await self.ask(entry.user_id), Job)
            acted = True
        if (
            self.prompt
            and entry is not None
            and entry.state is EntryState.CHOOSING
            and current.due_at > time.time()
        ):
            acted = await self.store.write(turns.choose, current, entry, 1, now=time.time())
        self.fuse.at = at
        return acted

    async def until(self, *states: JamState | EntryState | Say, act: bool = True) -> Jam:
        """Let all go on until the jam or its turn is in one of these states, or one of these is said."""
        for _ in range(_ROUNDS):
            await self.ready.turn()
            if self.fuse.burnt:  # in a step that was over before anybody looked
                raise Killed
            current, entry = await self.now(), await self.turn()
            unsaid = await self.store.read(posts.unsent, self.jam.id)
            said = {post.name for post, _, _ in self.ready.board.there}
            if not unsaid and (
                current.state in states or (entry and entry.state in states) or said & {*states}
            ):
                return current
            if act and await self.act():
                self.ready.keeper.begin()
            await asyncio.sleep(min(max(self.ready.keeper.next_at - time.time(), 0.4), HOUR / 4))
        raise AssertionError(f"{current} {entry} is none of {states}; said {self.ready.board.names()}")


@asynccontextmanager
async def relay_world(api: FaultyMusicApi, folder: Path) -> AsyncIterator[JamWorld]:
    async with jam_world(api, folder) as ready:
        yield ready


async def relay(ready: JamWorld, *who: int, **changes: object) -> Relay:
    """A relay of three turns of an hour, begun by these."""
    now = time.time()
    values = {
        "kind": "relay", "state": JamState.PLANNED, "hidden": False, "pot": 34, "turns": 3, "turn_for": HOUR,
        "votes_for": 0.0, "share": 0, "picks": 0, "due_at": now + HOUR, "state_at": now, "created_at": now,
        **changes,
    }  # fmt: skip
    jam = await started(ready.store, **values)
    await ready.store.write(posts.plan, jam.id, Say.PANEL, now=now)
    for user_id in who or (MIA, RAVI, NOOR):
        await ready.store.write(members.add, jam.id, user_id)
    assert await ready.store.write(turns.begin, jam, now=now)
    ready.keeper.begin()
    return Relay(ready, await now_of(ready.store, jam))
