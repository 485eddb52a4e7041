"""The API without its wire: its account, and a service that accepts requests and charges them."""

import asyncio
import json
import random
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from aiohttp import web

from sandbox.music_api import checks, errors, making, webhooks
from sandbox.music_api.operations import Body, Offer, providers
from sandbox.music_api.options import SECONDS, Options
from sandbox.music_api.replies import Listing
from sandbox.music_api.tasks import Clock, Sound, Task, TaskStore

_ROUNDING: Final = 0.01  # seconds by which a webhook is late, as at the very end rounding would decide


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left: the plan's credits, and the extra ones that were bought on top."""

    credits: int
    extra_credits: int

    @property
    def total(self) -> int:
        return self.credits + self.extra_credits


@dataclass(frozen=True, slots=True)
class Charge:
    """One accepted request that cost something, of which `extra` came out of the extra credits.

    Times are seconds since 1970; `refunded_at` is None while the charge stands.
    """

    at: float
    operation: str
    task_id: str
    credits: int
    body: Mapping[str, object]
    extra: int = 0
    refunded_at: float | None = None


class Account:
    """Takes credits at submit, extra credits first, and gives them back to where they came from."""

    def __init__(self, balance: Balance) -> None:
        self.balance = balance
        self.charges: list[Charge] = []

    def take(self, charge: Charge) -> None:
        """Take the credits and note the charge; what is free leaves none. The balance must cover it."""
        if charge.credits:
            extra = min(charge.credits, self.balance.extra_credits)
            self._move(extra - charge.credits, -extra)
            self.charges.append(replace(charge, extra=extra))

    def refund(self, task_id: str, at: float) -> None:
        """Give back what the task cost, once."""
        for index, charge in enumerate(self.charges):
            if charge.task_id == task_id and charge.refunded_at is None:
                self._move(charge.credits - charge.extra, charge.extra)
                self.charges[index] = replace(charge, refunded_at=at)

    def _move(self, plan: int, extra: int) -> None:
        self.balance = Balance(self.balance.credits + plan, self.balance.extra_credits + extra)


@dataclass(kw_only=True, eq=False)
class Service:
    """The state of the API and the rules by which it changes."""

    credits: int = 500
    extra_credits: int = 0
    prices: Mapping[str, int] = field(default_factory=dict)  # by operation, in place of the profiles'
    seconds: Mapping[str, float] = field(default_factory=dict)  # by operation, before the time scale
    time_scale: float = 1.0
    sound: Sound = field(default_factory=Sound)
    clock: Clock = field(default_factory=Clock)
    seed: int | None = None  # makes ids repeatable
    options: Options = field(default_factory=Options)
    webhook: Callable[[Body, Body, float], Awaitable[None]] = webhooks.call

    def __post_init__(self) -> None:
        self.account = Account(Balance(self.credits, self.extra_credits))
        self.store = TaskStore(self.clock)
        self.wavs: set[str] = set()
        self.address = ""
        self._ids = random.Random(self.seed)
        self._last_task_at = float("-inf")
        self._telling: list[asyncio.Task[None]] = []

    async def submit(self, offer: Offer, sent: Body) -> web.Response:
        """Accept a request, charge it, and start its task or answer it; raises `ApiError` for free."""
        body = offer.classic(sent)
        checks.check(offer, body, retired_models=self.options.retired_models)
        order = making.Order(offer, body, self.store, self.options, self.new_id, self.sound, self.address)
        clips = making.MAKERS[offer.operation](order)
        checks.moderate(body, self.options.moderation)
        name, provider = offer.operation, offer.terms.provider
        price = self.prices.get(name, offer.profile.price(name, {"model": body.get("mv")}))
        now = self.clock.now()
        self._refuse(offer, price, now)
        usual = SECONDS.get(name, SECONDS[provider])
        seconds = self.seconds.get(name, usual) * self.time_scale
        task = Task(self.new_id(), name, now, seconds, clips)
        self.account.take(Charge(now, name, task.task_id, price, sent))
        if offer.at_once:
            await self.clock.sleep(seconds)
            return self._answered(order, task)
        self._last_task_at = now
        self.store.add(task)
        if "webhook_url" in sent:
            self._telling.append(asyncio.create_task(self._tell(task, offer, sent)))
        return web.json_response({"message": "success", "task_id": task.task_id})

    def poll(self, task_id: str, prefix: str) -> web.Response:
        """How a task is doing, as told below a path prefix; raises `ApiError` for an unknown one."""
        task = self.store.tasks.get(task_id)
        if task is None or providers()[prefix] != task.provider:
            text = "task not found."
            raise errors.not_found(text) if prefix in ("producer", "nuro") else errors.invalid(text)
        now = self.clock.now()
        task.ended = not task.running(now)
        return Listing(task, now, self.sound, self.options, self.address).reply(prefix)

    async def _tell(self, task: Task, offer: Offer, sent: Body) -> None:
        """Call a webhook: for Suno when a song begins to sound, and when the task is over."""
        prefix = offer.terms.path.split("/")[1]
        for event, share in (("streaming", 0.5), ("completed", 1.0)):
            at = task.created_at + task.seconds * share + _ROUNDING
            await self.clock.sleep(at - self.clock.now())
            if event == "completed" or task.provider == "suno":
                told = "failed" if task.failure and event == "completed" else event
                reply = str(self.poll(task.task_id, prefix).text)
                about = {"task_id": task.task_id, "platform": prefix, "event": f"song.{told}"}
                await self.webhook(sent, json.loads(reply) | about, self.clock.now())

    def new_id(self) -> str:
        return str(uuid.UUID(int=self._ids.getrandbits(128), version=4))

    def _refuse(self, offer: Offer, price: int, now: float) -> None:
        wait = self._last_task_at + self.options.create_interval - now
        if wait > 0 and not offer.at_once:
            raise errors.rate_limited(wait)
        most = self.options.nuro_queue
        if offer.terms.provider == "nuro" and most is not None:
            tasks = self.store.tasks.values()
            if sum(task.provider == "nuro" and task.running(now) for task in tasks) >= most:
                raise errors.forbidden("Queue is full")
        if price > self.account.balance.total:
            late = errors.ApiError(402, "insufficient_credits", "Not enough credits.")
            classic = errors.forbidden("The remaining credits are not enough.")
            raise late if self.options.no_credits_status == late.status else classic

    def _answered(self, order: making.Order, task: Task) -> web.Response:
        if order.offer.terms.makes == "upload":
            task.seconds = 0.0
            self.store.add(task)
        if order.offer.terms.makes == "wav":
            self.wavs.add(task.clips[0].clip_id)
        return web.json_response(making.answer(order, task.clips))
