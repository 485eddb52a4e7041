"""Everything in one place: the outside, the file, the bot's process where it runs, and what people do."""

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.exc import OperationalError

from jobs.models import Job, Order, Origin
from jobs.models.rejections import Rejected, Rejection
from musicapi.webhooks import SIGNATURE, TIMESTAMP, signature
from tests.fakes.clock import VirtualLoop
from tests.jobs.model.api import ModelApi
from tests.jobs.model.channel import ModelChannels
from tests.jobs.model.observer import Observer, Row
from tests.jobs.model.outcomes import Call, Outcome
from tests.jobs.model.process import Process
from tests.jobs.model.terms import PARAMS
from tests.jobs.shelf import ordered

CHANNELS = (21, 22)
_MOMENT = 0.001


def origin(channel_id: int) -> Origin:
    """A member in a channel."""
    return Origin(guild_id=1, channel_id=channel_id, user_id=3, upload_limit=10_000_000)


class World:
    """One run. `seed` decides in which order things come that happen at the same time."""

    def __init__(self, seed: int) -> None:
        self._folder = TemporaryDirectory(prefix="encore-model-")
        self._rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self.time = VirtualLoop()
        self.file = self._new_file(Path(self._folder.name) / "encore.db")
        self.api = ModelApi(self.time, lambda ref: ref in self.file.submitting())
        self.channels = ModelChannels(self.time, self.file.posting)
        self.process: Process | None = None
        self.disk_troubles = 0
        self.orders: dict[int, str] = {}
        # Jobs of which the member saw that they were taken.
        self.seen: set[int] = set()
        self._refs = itertools.count(1)
        # What moves the balance before the first reading, nobody can know.
        self._play(self.start().service.reports.of_all(1))

    @staticmethod
    def _new_file(file: Path) -> Observer:
        return Observer(file)

    def start(self) -> Process:
        """Start the bot; its first act is the recovery."""
        process = self.process = self._new_process(Path(self._folder.name))
        self.run(_MOMENT)
        return process

    def _new_process(self, folder: Path) -> Process:
        return Process(folder, self.time, self.api, self.channels, self.file.next_due, self._rng)

    def close(self) -> None:
        """Leave nothing behind."""
        if self.process is not None:
            self.kill()
        self.time.close()
        self.file.close()
        self._folder.cleanup()

    def run(self, seconds: float) -> None:
        """Time passes; the bot, where it runs, does what is due."""
        self._play(asyncio.sleep(seconds))

    def kill(self) -> None:
        """The process ends at once."""
        self.time.run_until_complete(self._bury())

    def stop(self) -> None:
        """The process is asked to end and is given three seconds."""
        if self.process is not None:
            self._play(self.process.engine.stop(3.0))
        if self.process is not None:
            self.kill()

    def _play(self, act: Awaitable[object]) -> None:
        self.time.run_until_complete(self._lived(act))

    async def _lived(self, act: Awaitable[object]) -> None:
        if self.process is None:
            await act
            return
        await self.process.until_ended(act)
        if self.process.life.ended.is_set():
            await self._bury()

    async def _bury(self) -> None:
        if self.process is None:
            return
        self.process.life.kill()
        for ref in self.file.submitting():
            self.api.lose(ref)
        await self.process.bury()
        self.process = None

    def trouble_disk(self, troubles: list[bool]) -> None:
        """The next writes of the engine fail."""
        if self.process is not None:
            self.disk_troubles += len(troubles)
            self.process.disk.troubles = list(troubles)

    def order(self, operation: str, outcomes: list[Outcome], *, shown: bool, channel_id: int) -> None:
        """A member orders something; the answer reaches the member, or not yet."""
        if self.process is not None:
            self._play(self._order(self.process, operation, outcomes, shown=shown, channel_id=channel_id))

    async def _order(
        self, process: Process, operation: str, outcomes: list[Outcome], *, shown: bool, channel_id: int
    ) -> None:
        order = Order(operation, PARAMS, "song")
        job = await self.place(process, order, origin(channel_id), outcomes)
        if isinstance(job, Job) and shown:  # else others had spent the credits
            self.seen.add(job.id)
            self.channels.cards[job.id] = 900 + job.id
            await process.service.card_shown(job, 900 + job.id)

    async def place(
        self, process: Process, order: Order, where: Origin, outcomes: list[Outcome]
    ) -> Job | Rejection:
        """Have an order taken, or not. Only what is taken is known to the API."""
        ref = next(self._refs)
        self.orders[ref] = order.operation
        self.api.outcomes[ref] = [
            *outcomes,
            Outcome(Call.FINE, outcomes[-1].course, 1.0, outcomes[-1].ends_after),
        ]
        process.disk.troubles = []
        order = replace(order, params={**order.params, "ref": ref})
        try:
            accepted = await ordered(process.service, order, where)
        except Rejected as error:
            del self.orders[ref], self.api.outcomes[ref]
            return error.rejection
        process.clock.wake.set()
        return accepted.job

    def press(self, what: str, row: Row, *, after: float, run: float, channel_id: int) -> None:
        """A person decides about a job some seconds from now, while the bot goes on."""
        if self.process is None:
            return
        process = self.process
        acts: dict[str, Callable[[], Awaitable[None]]] = {
            "cancel": lambda: self._cancel(process, row),
            "retry": lambda: self._retry(process, row),
            "send again": lambda: self._send_again(process, row, channel_id),
            "look again": lambda: self._look_again(process, row, channel_id),
            "webhook": lambda: self._call_back(process, row),
        }
        self._play(self._pressed(acts[what], after, run))

    @staticmethod
    async def _pressed(act: Callable[[], Awaitable[None]], after: float, run: float) -> None:
        await asyncio.gather(_later(after, act), asyncio.sleep(run))

    async def _cancel(self, process: Process, row: Row) -> None:
        await process.service.cancel(row.id)

    async def _retry(self, process: Process, row: Row) -> None:
        self.api.retries[row.ref] += 1
        again = None
        with suppress(Rejected):
            again = await process.service.retry(row.id, origin(0))
        if again is None:
            self.api.retries[row.ref] -= 1

    async def _send_again(self, process: Process, row: Row, channel_id: int) -> None:
        await process.service.send_again(row.id, origin(channel_id))

    async def _look_again(self, process: Process, row: Row, channel_id: int) -> None:
        await process.service.look_again(row.id, origin(channel_id))

    async def _call_back(self, process: Process, row: Row) -> None:
        """The API says that a task is over, whether that is so, or there is one at all, or not."""
        webhook, now = process.webhooks.of(row.id), process.clock.now()
        assert webhook is not None
        said = str(int(now))
        headers = {TIMESTAMP: said, SIGNATURE: signature(webhook.secret, said, b"")}
        process.webhooks.judge(row.id, headers, b"", now)
        await process.service.called_back(row.id)


async def _later(seconds: float, act: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(seconds)
    with suppress(OperationalError):  # the person sees that it did not work
        await act()
