"""A keeper of jams with the real store, a channel that folds nonces as Discord does, and a fuse."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jobs.engine.hidden import shelf
from jobs.jams.keeper import JamKeeper
from jobs.models import Attachment
from jobs.models.jam import Jam, JamPost, JamState, Say
from jobs.models.jams.figures import JamFigures
from jobs.ports import FilesRefused, PortError
from jobs.store import Store
from jobs.store.queries.jams import ballots, entries, posts
from tests.fakes.api_faults import FaultyMusicApi
from tests.jobs.engine_world import EngineWorld, engine_world
from tests.jobs.jams_shelf import entered, now_of, started

# Discord folds repeats of a nonce for a few minutes.
_FOLDS = 180.0
_ROUNDS = 400


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Fuse:
    """Burns at one of the steps that have an effect: right before it, or right after."""

    at: int = -1
    after: bool = False
    steps: int = 0
    burnt: bool = False

    def burns(self, *, after: bool, step: int = 0) -> int:
        """Count a step, or end that one: others may have begun meanwhile."""
        if not after:
            self.steps += 1
        if (step or self.steps) == self.at and after is self.after:
            self.burnt = True
            raise Killed
        return self.steps


@dataclass
class Board:
    """What stands in the channel: (name, number, nonce, file, text facts) by message id."""

    fuse: Fuse = field(default_factory=Fuse)
    there: list[tuple[JamPost, str, float]] = field(default_factory=list)
    edits: list[tuple[Say, JamState, int]] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    results: list[JamFigures] = field(default_factory=list)
    troubles: list[PortError] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)

    async def say(self, jam: Jam, post: JamPost, figures: JamFigures, files: Sequence[Attachment]) -> int:
        del jam
        step = self.fuse.burns(after=False)
        if self.troubles:
            raise self.troubles.pop(0)
        if not self.refuses.isdisjoint(file.name for file in files):
            raise FilesRefused("no permission")
        for number, (other, _, at) in enumerate(self.there, 1):
            if other.nonce == post.nonce and time.time() - at <= _FOLDS:
                return number
        self.there.append((post, " ".join(file.name for file in files), time.time()))
        if post.name is Say.RESULT:
            self.results.append(figures)
        self.fuse.burns(after=True, step=step)
        return len(self.there)

    async def find(self, jam: Jam, post: JamPost) -> int | None:
        del jam
        found = [number for number, (other, _, _) in enumerate(self.there, 1) if other.nonce == post.nonce]
        return found[0] if found else None

    async def edit(self, jam: Jam, post: JamPost, figures: JamFigures) -> None:
        self.edits.append((post.name, jam.state, figures.entered))

    async def delete(self, jam: Jam, post: JamPost) -> None:
        del jam
        self.deleted.append(post.message_id or 0)

    @property
    def said(self) -> Counter[tuple[Say, int]]:
        return Counter((post.name, post.seq) for post, _, _ in self.there)

    def names(self) -> list[str]:
        return [post.name.value for post, _, _ in self.there]


@dataclass
class JamWorld:
    world: EngineWorld
    board: Board
    keeper: JamKeeper

    @property
    def store(self) -> Store:
        return self.world.store

    async def contest(self, *members: int, **changes: object) -> Jam:
        """A jam whose entries are made, with their sound."""
        now = time.time()
        jam = await started(
            self.store, **{"due_at": now + 3600.0, "state_at": now, "created_at": now, **changes}
        )
        await self.store.write(posts.plan, jam.id, Say.PANEL, now=now)
        await entered(self.store, jam, *members)
        for entry in await self.store.read(entries.of_jam, jam.id):
            folder = shelf.folder_of(self.world.context, jam.id)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{entry.job_id}-0.mp3").write_bytes(b"sound")
        return jam

    def restart(self, board: Board | None = None) -> None:
        """Another process with the same file; with a channel of before, or an empty one."""
        self.board = board or Board()
        self.keeper = JamKeeper(self.world.context, self.board)

    async def turn(self) -> None:
        """Let the keeper work, if it is time."""
        self.keeper.poke(time.time())
        if self.keeper._task is not None:
            await self.keeper._task
        for step in [*self.keeper._in_hand.values()]:
            await step

    async def until(self, jam: Jam, *states: JamState) -> Jam:
        """Work until a jam is in one of these states and has said everything; vote when one can."""
        for _ in range(_ROUNDS):
            await self.turn()
            current = await now_of(self.store, jam)
            waiting = await self.store.read(posts.unsent, jam.id)
            if current.state in states and not waiting:
                return current
            if current.state is JamState.VOTING and self.board.said[Say.VOTE, 0]:
                await self.store.write(ballots.cast, jam.id, 99, ["A"], ["A"], now=time.time())
            await asyncio.sleep(min(max(self.keeper.next_at - time.time(), 0.3), 600.0))
        raise AssertionError(f"{current} is none of {states}; said {self.board.names()}")


@asynccontextmanager
async def jam_world(api: FaultyMusicApi, folder: Path) -> AsyncIterator[JamWorld]:
    async with engine_world(api, folder) as world:
        await world.engine.stop(1.0)  # its heartbeat would make days long
        board = Board()
        yield JamWorld(world, board, JamKeeper(world.context, board))


def armed(patch: pytest.MonkeyPatch, fuse: Fuse) -> None:
    """Have each durable change of the store count as a step."""
    genuine = Store.write

    async def write(store: Store, change: Any, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - passed through
        if fuse.at < 0:
            return await genuine(store, change, *arguments, **options)
        step = fuse.burns(after=False)
        result = await genuine(store, change, *arguments, **options)
        fuse.burns(after=True, step=step)
        return result

    patch.setattr(Store, "write", write)


async def killed_at(ready: JamWorld, jam: Jam, fuse: Fuse) -> bool:
    """Work until the fuse burns; False where the jam was over before. After that nothing burns."""
    ready.board.fuse, fuse.burnt = fuse, False
    with suppress(Killed):  # which a step may have raised while nobody looked
        await ready.until(jam, JamState.DONE)
    fuse.at = -1
    return fuse.burnt
