"""The API without its wire: accepts requests, charges them, and lets their tasks ripen."""

import asyncio
import logging
import random
import uuid
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field

from sandbox.music_api import errors, progress, replies, validation
from sandbox.music_api.account import Account, Balance, Charge
from sandbox.music_api.behaviour import Behaviour
from sandbox.music_api.fields import Body
from sandbox.music_api.library import Library
from sandbox.music_api.limits import PREFIXES
from sandbox.music_api.orders import Operation, Order
from sandbox.music_api.replies import Reply, Site
from sandbox.music_api.tasks import Clip, Failure, FailureStyle, State, Task

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Terms:
    """What each operation costs, in credits, and how long it takes, in seconds."""

    prices: Mapping[str, int]
    seconds: Mapping[str, float]


@dataclass(kw_only=True, slots=True, eq=False)
class Service:
    """The state of the API and the rules by which it changes."""

    account: Account
    terms: Terms
    behaviour: Behaviour
    library: Library
    site: Site
    ids: random.Random
    _making: set[asyncio.Task[None]] = field(default_factory=set)
    _last_task_at: float = float("-inf")

    async def submit(self, operation: Operation, body: Body) -> Reply:
        """Accept a request, charge it, and start its task or answer it.

        Raises:
            ApiError: The request is refused; nothing was charged.
        """
        operation.validate(body)
        order = self._order(operation, body)
        clips = operation.make_clips(order) if operation.make_clips else ()
        self._refuse(operation, body)
        task = Task(
            self.new_id(), operation.name, order.created_at, self.terms.seconds[operation.name], clips
        )
        self._charge(task, body)
        if operation.answer:
            return await self._answer(task, operation.answer(order))
        self._start(task)
        return replies.accepted(task.task_id, with_code=self.behaviour.code_in_submit)

    def look(self, task_id: str, prefix: str) -> Reply:
        """How a task is doing, as it is told below a path prefix; raises `ApiError` for an unknown one."""
        task = self.library.tasks.get(task_id)
        if task is None or prefix not in PREFIXES[task.provider]:
            raise errors.task_not_found(404 if prefix in ("producer", "nuro") else 400)
        return progress.progress(task, self.library, self.site, prefix=prefix)

    def fail(
        self, task: Task, message: str, *, style: FailureStyle | None = None, refund: bool = True
    ) -> None:
        """End a task without a result and give its credits back; a task that already ended stays as it is."""
        if task.failure is not None or not self.library.running(task):
            return
        task.failure = Failure(style or self.behaviour.failure, message, refund)
        if refund:
            self.account.refund(task.task_id, self.library.clock.now())

    def lose(self, task: Task, clip: Clip, message: str) -> None:
        """End one clip of a task without a result; a clip that already ended stays as it is."""
        if self.library.state(clip) is State.RUNNING:
            task.lost[clip.clip_id] = message

    def new_id(self) -> str:
        """An id as the API draws them: a random UUID, repeatable where the stand-in has a seed."""
        return str(uuid.UUID(int=self.ids.getrandbits(128), version=4))

    def reset(self, balance: Balance) -> None:
        """Forget all tasks and charges."""
        self._stop_making()
        self._last_task_at = float("-inf")
        self.account.balance = balance
        self.account.charges.clear()
        self.library.clear()

    def open(self, site: Site) -> None:
        """Serve from here on at `site`, and go on with tasks whose sound was not made before a `close`."""
        self.site = site
        for task in self.library.tasks.values():
            if any(self.library.shelf.seconds(clip) is None for clip in task.clips):
                self._make_soon(task)

    async def close(self) -> None:
        """Stop all work in the background and wait for its threads."""
        self._stop_making()
        await asyncio.gather(*self._making, return_exceptions=True)
        await self.library.shelf.close()

    def _stop_making(self) -> None:
        for making in self._making:
            making.cancel()

    def _order(self, operation: Operation, body: Body) -> Order:
        named = [name for name in operation.source_fields if body.get(name)]
        source_field = named[0] if named else ""
        clip_id = str(body[source_field]) if source_field else ""
        return Order(
            operation=operation.name,
            body=body,
            source=self.library.clip(clip_id, operation.provider) if clip_id else None,
            source_field=source_field,
            created_at=self.library.clock.now(),
            new_id=self.new_id,
            library=self.library,
            file_url=self.site.file_url,
            behaviour=self.behaviour,
        )

    def _refuse(self, operation: Operation, body: Body) -> None:
        refusal = validation.moderate(body, self.behaviour.moderation)
        if refusal:
            raise refusal
        wait = self._last_task_at + self.behaviour.create_interval - self.library.clock.now()
        if wait > 0 and not operation.synchronous:
            raise errors.rate_limited(wait)
        if operation.provider == "nuro" and self._nuro_is_full():
            raise errors.queue_full()
        if self.terms.prices[operation.name] > self.account.balance.total:
            raise errors.not_enough_credits(self.behaviour.no_credits_status)

    def _nuro_is_full(self) -> bool:
        most = self.behaviour.nuro_queue
        tasks = self.library.tasks.values()
        running = sum(task.provider == "nuro" and self.library.running(task) for task in tasks)
        return most is not None and running >= most

    def _charge(self, task: Task, body: Body) -> None:
        price = self.terms.prices[task.operation]
        self.account.take(Charge(task.created_at, task.operation, task.task_id, price, body))

    async def _answer(self, task: Task, answer: Awaitable[dict[str, object]]) -> Reply:
        try:
            await self.library.clock.sleep(task.seconds)
            return Reply(200, await answer)
        except Exception:
            self.account.refund(task.task_id, self.library.clock.now())
            raise

    def _start(self, task: Task) -> None:
        self._last_task_at = task.created_at
        self.library.add(task)
        self._make_soon(task)

    def _make_soon(self, task: Task) -> None:
        making = asyncio.create_task(self._make(task), name=f"sound of {task.task_id}")
        self._making.add(making)
        making.add_done_callback(self._making.discard)

    async def _make(self, task: Task) -> None:
        try:
            await self.library.shelf.make(task.clips, task.clips[0].kind)
        except Exception:
            log.exception("No sound for %s %s", task.operation, task.task_id)
            self.fail(task, "Generation failed upstream.")
