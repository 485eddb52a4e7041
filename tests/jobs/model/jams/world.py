"""The world with jams in it: the keeper beside the engine, and a channel that shows what jams say."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError

from jobs.context import JobContext
from jobs.engine.beside.rounds import Rounds
from jobs.jams.keeper import JamKeeper
from jobs.jams.service import JamService
from jobs.models import Attachment
from jobs.models.jam import Jam, JamPost
from jobs.models.jams.figures import JamFigures
from jobs.store.queries.jams import jams
from tests.fakes.clock import VirtualLoop
from tests.jobs.model.api import ModelApi
from tests.jobs.model.channel import ModelChannels
from tests.jobs.model.jams.board import ModelBoard
from tests.jobs.model.jams.file import EntryRow, JamFile, JamRow
from tests.jobs.model.jams.recount import Recount
from tests.jobs.model.process import Life, Process
from tests.jobs.model.world import World

HOST, MODERATOR = 7_000_000_070, 7_000_000_071
MEMBERS = tuple(range(9_000_000_031, 9_000_000_037))
_DAY, _MINUTE = 24 * 3600.0, 60.0
# What an absence must have taken to be given back; a sign of life is a minute old at most.
_LEAST_LOST, _OLD = 5 * _MINUTE, _MINUTE + 1.0


class _AtOnce(ThreadPoolExecutor):
    """Does everything where it is asked for, so that the same steps always come in the same order."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401 - as they come
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - is raised where it is waited for
            done.set_exception(error)
        return done


class _Line:
    """The line of one process to the board."""

    def __init__(self, board: ModelBoard, life: Life) -> None:
        self._board, self._life = board, life

    async def say(self, jam: Jam, post: JamPost, figures: JamFigures, files: Sequence[Attachment]) -> int:
        await self._life.point()
        message_id = await self._board.say(jam, post, figures, files)
        await self._life.point()
        return message_id

    async def find(self, jam: Jam, post: JamPost) -> int | None:
        found = await self._board.find(jam, post)
        await self._life.point()
        return found

    async def edit(self, jam: Jam, post: JamPost, figures: JamFigures) -> None:
        await self._life.point()
        await self._board.edit(jam, post, figures)
        await self._life.point()

    async def delete(self, jam: Jam, post: JamPost) -> None:
        await self._life.point()
        await self._board.delete(jam, post)
        await self._life.point()


class JamProcess(Process):
    """One life of the bot, with jams."""

    def __init__(
        self,
        folder: Path,
        time: VirtualLoop,
        api: ModelApi,
        board: ModelBoard,
        next_due: Callable[[], float | None],
        rng: random.Random,
    ) -> None:
        self._board = board
        super().__init__(folder, time, api, board.channels, next_due, rng)

    def _beside(self, context: JobContext, channels: ModelChannels) -> Sequence[Rounds]:
        del channels
        self._context, self._line = context, _Line(self._board, self.life)
        self.keeper = JamKeeper(context, self._line)
        return (self.keeper,)

    @property
    def jams(self) -> JamService:
        return JamService(self._context, self.keeper, self._line, self.engine.wake)

    async def jam(self, jam_id: int) -> Jam:
        found = await self.disk.read(jams.by_id, jam_id)
        assert found is not None
        return found


class JamWorld(World):
    """One run with jams."""

    file: JamFile
    process: JamProcess | None

    def __init__(self, seed: int) -> None:
        self.recount = Recount()
        self._died_at: float | None = None
        # Jams of which it is not known what a last ballot came to; they were counted before one could look.
        self.uncountable: set[int] = set()
        self.checked: set[int] = set()
        # By turn: when its member last chose, and which takes in that moment.
        self.chosen: dict[int, tuple[float, set[int]]] = {}
        self.sound_lost = False
        self.started_at = 0.0
        super().__init__(seed)

    @staticmethod
    def _new_file(file: Path) -> JamFile:
        return JamFile(file)

    def _new_process(self, folder: Path) -> JamProcess:
        self.time.set_default_executor(_AtOnce())
        self.started_at = self.time.now()
        if not hasattr(self, "board"):
            self.board = ModelBoard(self.channels, self.file)
            self.api.intended = lambda ref: ref in self.file.submitting()
        return JamProcess(folder, self.time, self.api, self.board, self.file.next_due, self._rng)

    @property
    def shelf(self) -> Path:
        """Where the sound of entries lies."""
        return Path(self._folder.name) / "jams"

    def act(self, *acts: Awaitable[object], run: float = 0.0) -> None:
        """People act at the same time, and some time passes."""
        self._play(_together(*acts))
        self.file.fix_lots()
        self.run(run)

    def sleep_until(self, at: float) -> None:
        self.run(max(at - self.time.now(), 0.0))

    async def _bury(self) -> None:
        if self.process is not None:
            self._died_at = self.time.now()
        await super()._bury()

    def start_after(self, down: float) -> list[str]:
        """Start the bot after it was away; what it owes to members for that and did not give."""
        before = [(one, self._turn(one)) for one in self.file.jams() if self.is_timed(one)]
        self.run(down)
        self.start()
        self.run(1.0)
        died, self._died_at = self._died_at, None
        if died is None or self.process is None:
            return []
        return [owed for one, turn in before if (owed := self._owed(one, turn, died))]

    def _turn(self, jam: JamRow) -> EntryRow | None:
        """The turn that is waited for."""
        return self.file.at_turn(jam.id)

    def _owed(self, before: JamRow, turn: EntryRow | None, died: float) -> str:
        now, after = self.time.now(), self.file.jam(before.id)
        is_over = [one for one in self.file.entries(before.id) if turn and one.id == turn.id]
        expired = bool(is_over) and is_over[0].state == "expired" and after.state == "open"
        if turn != self._turn(before) and not expired:  # it has gone on
            return ""
        # Else nothing was awaited any more.
        if before.state != after.state and (before.state == "closing" or before.in_turn):
            return ""
        left = max(before.due_at - died, 0.0)
        lost = min(now, before.due_at) - died
        least = min(now + left, max(now, before.due_at) + _DAY) - 2.0
        if lost > max(left / 4, _LEAST_LOST) + _OLD and (expired or after.due_at < least):
            return f"{before} lost {lost:.0f} s of {left:.0f} s, and is now {after}"
        return ""

    def is_timed(self, jam: JamRow) -> bool:
        """Whether the end of its phase is known to members."""
        if jam.stalled_left is not None:
            return False
        if jam.in_turn:
            turn = self.file.at_turn(jam.id)
            running = jam.state in ("planned", "open", "closing")
            return running and (turn is None or turn.state != "joining")
        vote = any(one.name == "vote" for one in self.file.posts(jam.id))
        return jam.state in ("open", "closing") or (jam.state == "voting" and vote)


async def _together(*acts: Awaitable[object]) -> None:
    await asyncio.gather(*map(_seen, acts))


async def _seen(act: Awaitable[object]) -> None:
    with suppress(OperationalError):  # the person sees that it did not work
        await act
