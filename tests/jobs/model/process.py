"""The bot as a process: the real engine, desk and store, and an end at any step without a farewell."""

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from jobs.context import JobContext
from jobs.engine.beside.cards import CardKeeper
from jobs.engine.beside.rounds import Rounds
from jobs.engine.beside.watch import BalanceWatch
from jobs.engine.loop import Engine
from jobs.jams.keeper import JamKeeper
from jobs.models import Attachment, Card, Clip, Job, OutageNotice, Post
from jobs.models.jams.album import Album
from jobs.orders.service import JobService
from jobs.ports import Clock
from jobs.rules.schedule import Schedule
from jobs.store import Store
from jobs.store.coalescer import Coalescer
from jobs.store.queries import transitions
from jobs.webhooks import Webhooks
from musicapi import Credits, Params, Submission, TaskStatus, Webhook
from tests.fakes.clock import VirtualLoop
from tests.jobs.model.api import ModelApi
from tests.jobs.model.channel import ModelChannels
from tests.jobs.model.terms import CATALOGUE

P = ParamSpec("P")
T = TypeVar("T")
# Where the one engine connects to next.
_place: dict[str, Path] = {}


@cache
def _engine(*, writes: bool) -> sa.Engine:
    """One for all files: what it has compiled once serves every process."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(_place["file"], isolation_level=None)
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA foreign_keys=ON" if writes else "PRAGMA query_only=ON")
        return connection

    # We say BEGIN and COMMIT ourselves: there are as many of them as statements.
    alone = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
    return sa.create_engine("sqlite://", creator=connect, poolclass=sa.NullPool, **alone)


class Life:
    """Whether the process lives. Every effect passes `point` before and after; a dead one never returns."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        # After so many more points it dies; None while it is not meant to.
        self.fuse: int | None = None

    def kill(self) -> None:
        """Nothing of it has an effect from here on."""
        self.ended.set()

    async def point(self) -> None:
        """A moment at which the process may end."""
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                self.kill()
        if self.ended.is_set():
            await asyncio.Event().wait()


class Disk(Store):
    """The real file without threads, so that the same steps always come in the same order.

    Attributes:
        troubles: Writes to come that fail: True for one that fails although it was committed.
    """

    def __init__(self, file: Path, life: Life, rng: random.Random) -> None:
        _place["file"] = file
        self._writer, self._reader = _engine(writes=True).connect(), _engine(writes=False).connect()
        self._file = cast("sqlite3.Connection", self._writer.connection.dbapi_connection)
        self._put_offs = Coalescer(self.write, transitions.GUARDED)
        self._life = life
        self._rng = rng
        self.troubles: list[bool] = []

    def drop(self) -> None:
        """The file is let go of as it is."""
        self._writer.close()
        self._reader.close()

    async def write(
        self, change: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **options: P.kwargs
    ) -> T:
        await self._life.point()
        await self._let_others()
        trouble = self.troubles.pop() if self.troubles else None
        if trouble is False:
            raise _failed()
        with self._file:
            self._file.execute("BEGIN IMMEDIATE")
            result = change(self._writer, *args, **options)
        await self._life.point()
        if trouble:
            raise _failed()
        await self._let_others()
        return result

    async def snapshot(self, query: Callable[[sa.Connection], T]) -> T:
        return await self.read(query)

    async def read(
        self, query: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **options: P.kwargs
    ) -> T:
        await self._life.point()
        await self._let_others()
        result = query(self._reader, *args, **options)
        await self._let_others()
        return result

    async def _let_others(self) -> None:
        """Others may come in between, in another order each time."""
        for _ in range(self._rng.randrange(3)):
            await asyncio.sleep(0)


def _failed() -> OperationalError:
    return OperationalError("", {}, sqlite3.OperationalError("disk I/O error"))


@dataclass
class HeldClock(Clock):
    """A sleep goes on until a job comes due or a new one is there."""

    time: VirtualLoop
    next_due: Callable[[], float | None]
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self) -> float:
        return self.time.now()

    async def wait(self, wake: asyncio.Event, seconds: float | None) -> None:
        self.wake = wake
        due = self.next_due()
        until = None if due is None else max(seconds or 0.0, due - self.now())
        with suppress(TimeoutError):
            async with asyncio.timeout(until):
                await wake.wait()


@dataclass
class _Api:
    """The line of this process to the API."""

    api: ModelApi
    life: Life

    async def _call(self, call: Awaitable[T]) -> T:
        result = await call
        await self.life.point()
        return result

    async def submit(
        self, operation: str, params: Params, webhook: Webhook | None, last_check: Callable[[], None]
    ) -> Submission:
        await self.life.point()
        return await self._call(self.api.submit(operation, params, webhook, last_check))

    async def poll(self, provider: str, task_id: str) -> TaskStatus:
        return await self._call(self.api.poll(provider, task_id))

    async def credits(self) -> Credits:
        return await self._call(self.api.credits())

    def keyed(self, key: str) -> "_Api":
        raise NotImplementedError

    async def fetch(self, url: str, into: Path, *, max_bytes: int, image: bool = False) -> Path:
        return await self._call(self.api.fetch(url, into, max_bytes=max_bytes, image=image))

    async def works(self, url: str) -> bool:
        return bool(url)


@dataclass
class _Outbox:
    """The line of this process to Discord."""

    channels: ModelChannels
    life: Life

    async def ready(self) -> None:
        """It always is."""

    async def post(self, job: Job, post: Post, clips: Sequence[Clip], files: Sequence[Attachment]) -> int:
        await self.life.point()
        message_id = await self.channels.post(job, post, clips, files)
        await self.life.point()
        return message_id

    async def edit(self, job: Job, post: Post) -> None:
        await self.life.point()
        await self.channels.edit(job, post)
        await self.life.point()

    async def copy(self, job: Job, post: Post) -> None:
        del job, post

    async def thread(self, job: Job, name: str) -> int | None:
        del job, name
        return None

    async def fresh_link(self, url: str) -> str:
        return url

    async def show_card(self, job: Job, card: Card) -> None:
        await self.life.point()
        await self.channels.show_card(job, card)
        await self.life.point()

    async def tell_late(self, job: Job, until: float) -> None:
        del job, until

    async def notify(self, notice: OutageNotice) -> None:
        del notice

    async def names(self, guild_id: int, user_ids: Collection[int]) -> Mapping[int, str]:
        del guild_id, user_ids
        return {}

    def papers(
        self, album: Album, names: Mapping[int, str], files: Mapping[int, str], cover: str
    ) -> Mapping[str, str]:
        del album, names, files, cover
        return {}

    async def find_card(self, job: Job) -> int | None:
        found = await self.channels.find_card(job)
        await self.life.point()
        return found

    async def find(self, job: Job, post: Post) -> int | None:
        found = await self.channels.find(job, post)
        await self.life.point()
        return found


def _is_at_work(one: Rounds) -> bool:
    return one._task is not None or (isinstance(one, JamKeeper) and bool(one._in_hand))


class Process:
    """One life of the bot."""

    def __init__(
        self,
        folder: Path,
        time: VirtualLoop,
        api: ModelApi,
        channels: ModelChannels,
        next_due: Callable[[], float | None],
        rng: random.Random,
    ) -> None:
        self.life = Life()
        self.disk = Disk(folder / "encore.db", self.life, rng)
        api.kill = channels.kill = self.life.kill
        self.clock = HeldClock(time, lambda: self._next_due(next_due()))
        line = _Api(api, self.life)
        self.webhooks = Webhooks("https://bot.example.org")
        context = JobContext(
            self.disk,
            line,
            line,
            _Outbox(channels, self.life),
            CATALOGUE,
            Schedule(rng=rng),
            self.clock,
            folder / "spool",
            webhooks=self.webhooks,
        )
        self.engine = Engine(context, beside=self._beside(context, channels))
        self.service = JobService(context, self.engine.wake)
        self.running = time.create_task(self.engine.run())

    def _beside(self, context: JobContext, channels: ModelChannels) -> Sequence[Rounds]:
        """What works beside the lanes, besides what always does."""
        del context, channels
        return ()

    def _next_due(self, due: float | None) -> float | None:
        """When a job must next be acted on, a balance be read, or a card be edited."""
        now = self.clock.now()
        telling = [
            one for one in self.engine.beside if isinstance(one, BalanceWatch | CardKeeper | JamKeeper)
        ]
        reading = min(now if _is_at_work(one) else one.next_at for one in telling)
        return due if reading == float("inf") else min(due or reading, reading)

    def busy(self, job_id: int) -> bool:
        """Whether a step of this job is under way."""
        return any(job_id in lane.in_hand for lane in self.engine.lanes)

    async def until_ended(self, act: Awaitable[T]) -> T | None:
        """What the act gives, or None when the process ended first."""
        doing, ending = asyncio.ensure_future(act), asyncio.ensure_future(self.life.ended.wait())
        await asyncio.wait({doing, ending}, return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        if doing.done():
            return doing.result()
        doing.cancel()
        return None

    async def bury(self) -> None:
        """Drop everything that it was doing, without a farewell."""
        self.life.kill()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        self.disk.drop()
