"""The keeper of jams with a real file, a clock that jumps, a channel that is a list, and ends at any step."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from jobs.context import JobContext
from jobs.engine.deliver import NONCE_SECONDS
from jobs.engine.hidden import shelf
from jobs.jams.keeper import JamKeeper
from jobs.jams.service import JamService
from jobs.models import Attachment
from jobs.models.jam import Jam, JamPost, JamState, Say
from jobs.models.jams.figures import JamFigures
from jobs.ports import Clock, PortError
from jobs.rules.schedule import Schedule
from jobs.store.queries.jams import jams
from musicapi import Credits, Params, Submission, TaskStatus, Webhook
from musicapi.errors import DownloadFailed
from tests.fakes.clock import loop, until
from tests.jobs.engine_world import Channel
from tests.jobs.jams_shelf import MIA, NOOR, RAVI, entered, started
from tests.jobs.model.process import Disk, Life
from tests.jobs.shelf import PROFILE, new_file

T = TypeVar("T")


@dataclass
class Said:
    """A message in the channel."""

    name: Say
    seq: int
    nonce: str
    at: float
    file: str | None
    there: bool = True


@dataclass
class Hall:
    """The channel of a jam: it folds repeats of a nonce for a while. `troubles` come first; some is slow."""

    said: list[Said] = field(default_factory=list)
    edited: list[tuple[Say, JamState]] = field(default_factory=list)
    troubles: list[PortError] = field(default_factory=list)
    no_deletes: list[PortError] = field(default_factory=list)
    slow: dict[Say, float] = field(default_factory=dict)
    slow_in: dict[int, float] = field(default_factory=dict)

    def names(self) -> list[tuple[Say, int]]:
        return [(one.name, one.seq) for one in self.said]

    def count(self, name: Say) -> int:
        return sum(one.name is name for one in self.said)


@dataclass
class Line:
    """The line of one process to the channel."""

    hall: Hall
    life: Life

    async def say(self, jam: Jam, post: JamPost, figures: JamFigures, files: Sequence[Attachment]) -> int:
        del figures
        await self.life.point()
        if self.hall.troubles:
            raise self.hall.troubles.pop(0)
        now, said = loop().now(), self.hall.said
        found = await self._at(post, since=now - NONCE_SECONDS)
        if found is None:
            await asyncio.sleep(
                self.hall.slow.get(post.name, 0.0) + self.hall.slow_in.get(jam.channel_id, 0.0)
            )
            now = loop().now()
            said.append(
                Said(post.name, post.seq, post.nonce, now, " ".join(file.name for file in files) or None)
            )
            found = len(said)
        await self.life.point()
        return found

    async def find(self, jam: Jam, post: JamPost) -> int | None:
        del jam
        await self.life.point()
        return await self._at(post, since=0.0)

    async def _at(self, post: JamPost, *, since: float) -> int | None:
        known = enumerate(self.hall.said, 1)
        return next((at for at, one in known if one.nonce == post.nonce and one.at >= since), None)

    async def edit(self, jam: Jam, post: JamPost, figures: JamFigures) -> None:
        del figures
        await self.life.point()
        self.hall.edited.append((post.name, jam.state))

    async def delete(self, jam: Jam, post: JamPost) -> None:
        del jam
        await self.life.point()
        if self.hall.no_deletes:
            raise self.hall.no_deletes.pop(0)
        if post.message_id:
            self.hall.said[post.message_id - 1].there = False


class Away:
    """The API and its files, of which nothing is to be had."""

    async def submit(
        self, operation: str, params: Params, webhook: Webhook | None, last_check: Callable[[], None]
    ) -> Submission:
        raise NotImplementedError

    async def poll(self, provider: str, task_id: str) -> TaskStatus:
        raise NotImplementedError

    async def credits(self) -> Credits:
        raise NotImplementedError

    def keyed(self, key: str) -> "Away":
        raise NotImplementedError

    async def fetch(self, url: str, into: Path, *, max_bytes: int, image: bool = False) -> Path:
        raise DownloadFailed(f"{url} has nothing for {into}, {max_bytes}, {image}")

    async def works(self, url: str) -> bool:
        return not url


class KeeperProcess:
    """One life of the bot, with nothing but jams in it."""

    def __init__(self, folder: Path, hall: Hall, *, seed: int = 0) -> None:
        new_file(folder / "encore.db")
        rng = random.Random(seed)  # noqa: S311 - the same course each time
        self.life = Life()
        self.store = Disk(folder / "encore.db", self.life, rng)
        away = Away()
        self.context = JobContext(
            self.store, away, away, Channel(), PROFILE, Schedule(), Clock(), folder / "spool"
        )
        outbox = Line(hall, self.life)
        self.wake = asyncio.Event()
        self.keeper = JamKeeper(self.context, outbox)
        self.service = JamService(self.context, self.keeper, outbox, self.wake.set)
        self.running: asyncio.Task[None] | None = None

    def start(self) -> "KeeperProcess":
        self.running = asyncio.create_task(self._run())
        return self

    async def _run(self) -> None:
        """What the loop of the engine does for it, and for those that work after it."""
        while True:
            now = self.context.clock.now()
            at = min(one.poke(now) for one in (self.keeper, *self.keeper.followed_by))
            self.wake.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(max(min(at - now, 30.0), 0.0)):
                    await self.wake.wait()
                    for one in self.keeper.followed_by:
                        one.wake()

    async def bury(self) -> None:
        """Drop everything that it was doing, without a farewell."""
        self.life.kill()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        self.store.drop()

    async def until_ended(self, act: Awaitable[T]) -> T | None:
        """What the act gives, or None when the process ended first."""
        doing, ending = asyncio.ensure_future(act), asyncio.ensure_future(self.life.ended.wait())
        await asyncio.wait({doing, ending}, return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        if doing.done():
            return doing.result()
        doing.cancel()
        return None

    async def contest(
        self, members: Sequence[int] = (MIA, RAVI, NOOR), *, sound: bool = True, **changes: object
    ) -> Jam:
        """A contest with an entry of each member, of which the sound is kept."""
        one = await started(self.store, **changes)
        for entry in await entered(self.store, one, *members):
            folder = shelf.folder_of(self.context, one.id)
            folder.mkdir(parents=True, exist_ok=True)
            if sound:
                (folder / f"{entry.job_id}-0.mp3").write_bytes(b"sound")
        return await self.jam(one.id)

    async def jam(self, jam_id: int = 1) -> Jam:
        """As a test looks at it, which is no step of the process."""
        found = jams.by_id(self.store._reader, jam_id)
        assert found is not None
        return found

    async def reach(self, done: Callable[[Jam], bool], jam_id: int = 1) -> Jam:
        async def there() -> Jam | None:
            one = await self.jam(jam_id)
            return one if done(one) else None

        return await until(there, f"jam {jam_id}")


@asynccontextmanager
async def process_in(folder: Path, hall: Hall, *, seed: int = 0) -> AsyncIterator[KeeperProcess]:
    """A process that has not begun, and is dropped at the end."""
    one = KeeperProcess(folder, hall, seed=seed)
    try:
        yield one
    finally:
        await one.bury()
