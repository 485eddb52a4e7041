"""Whatever happens in whatever order: ledger and balance agree, or the difference is noted as drift."""

import asyncio
import random
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st
from sqlalchemy import Connection

from jobs.context import JobContext
from jobs.engine import submit
from jobs.engine.loop import Engine
from jobs.engine.poll import poll
from jobs.models import OWN_ACCOUNT, Booking, GuildSettings, Job, Order, Origin, Params
from jobs.models.rejections import Rejected
from jobs.models.states import S
from jobs.orders import decisions
from jobs.orders.service import JobService
from jobs.ports import Clock
from jobs.rules.schedule import Schedule
from jobs.store import open_store
from jobs.store.queries import admission_facts, jobs, ledger
from jobs.store.queries import jobs as job_rows
from musicapi import (
    Clip,
    ClipState,
    ContentRefused,
    Credits,
    NotSent,
    OutcomeUnknown,
    Submission,
    TaskFailed,
    TaskStatus,
    Webhook,
    load_profile,
)
from tests.fakes.clock import run
from tests.jobs.engine_world import VISIT, Channel
from tests.jobs.shelf import accepted, new_file, ordered, rows, url_of

OPENING = 10_000
ORDERS = (Order("suno.create", {"description": "x"}, "x"), Order("suno.stems_full", {"clip_id": "c"}, "y"))
ACTIONS = (
    "order", "submit", "poll", "cancel", "retry", "again", "late", "foreign", "read", "down",
)  # fmt: skip

_CALLS = "SELECT COALESCE(SUM(charged - returned), 0), COALESCE(SUM(unresolved), 0) FROM job"
# Later than any effect lands or shows.
_QUIET = 4000.0


class Crash(BaseException):
    """The process is gone: nothing of ours catches it."""


@dataclass
class Account:
    """An API that takes and gives back credits as chance has it, and remembers what it did."""

    chance: random.Random
    total: int = OPENING
    silent: bool = False
    crashes: bool = True
    tasks: dict[str, int] = field(default_factory=dict)
    owed: list[int] = field(default_factory=list)
    landing: set[asyncio.Task[None]] = field(default_factory=set)

    async def credits(self) -> Credits:
        if self.silent:
            raise NotSent("down")
        return Credits(self.total)

    async def submit(
        self, operation: str, params: Params, webhook: Webhook | None, last_check: Callable[[], None]
    ) -> Submission:
        del params, webhook, last_check
        price = 50 if operation == "suno.stems_full" else 10
        crashes = ("crash", "crashed") if self.crashes else ()
        ends = ("taken", "taken", "declined", "refused", "lost", "paid", "late", *crashes)
        what = self.chance.choice(ends)
        if what == "refused":
            raise NotSent("busy")
        if what == "declined":
            raise ContentRefused("no")
        if what in ("taken", "paid", "crashed"):
            self.total -= price
        if what == "late":
            self.later(-price, (5.0, 75.0, 300.0, 840.0))
        if what in ("lost", "paid", "late"):
            raise OutcomeUnknown("cut")
        if what in ("crash", "crashed"):
            raise Crash
        self.tasks[f"task-{len(self.tasks)}"] = price
        return Submission(f"task-{len(self.tasks) - 1}")

    def later(self, credits_: int, delays: tuple[float, ...]) -> None:
        """The balance moves after one of the delays."""

        async def move() -> None:
            await asyncio.sleep(self.chance.choice(delays))
            self.total += credits_

        task = asyncio.create_task(move())
        self.landing.add(task)
        task.add_done_callback(self.landing.discard)

    async def poll(self, provider: str, task_id: str) -> TaskStatus:
        del provider
        what = self.chance.choice(("running", "done", "failed", "owed", "kept"))
        if what == "running":
            return TaskStatus()
        if what == "done":
            return TaskStatus((Clip("c", ClipState.SUCCEEDED), Clip("d", ClipState.SUCCEEDED)))
        price = self.tasks[task_id]
        self.tasks[task_id] = 0  # given back once
        if what == "failed":
            self.total += price
        elif what == "owed":
            self.owed.append(price)
        error = TaskFailed("no")
        error.refunded = what == "failed" and price > 0 and self.chance.random() < 0.5
        raise error

    def keyed(self, key: str) -> "Account":
        raise NotImplementedError

    async def fetch(self, url: str, into: Path, *, max_bytes: int, image: bool = False) -> Path:
        raise NotImplementedError

    async def works(self, url: str) -> bool:
        raise NotImplementedError


async def act(context: JobContext, api: Account, action: str) -> None:
    if action == "order":
        order = api.chance.choice(ORDERS)
        price = context.catalogue.price(order.operation, order.params)
        await accepted(context.store, order=order, price=price, now=context.clock.now())
    elif action == "late" and api.owed:
        api.total += api.owed.pop()
    elif action == "foreign":
        api.total -= api.chance.choice((3, 7, -500))
    elif action == "down":
        api.silent = not api.silent
    elif action == "read":
        await context.accounts.balance(OWN_ACCOUNT)
    else:
        await step(context, api, action)


async def step(context: JobContext, api: Account, action: str) -> None:
    steps = {"submit": (S.ACCEPTED, submit.submit), "poll": (S.WAITING, poll)}
    if action in steps:
        state, do = steps[action]
        job = pick(api, await context.store.read(jobs.in_state, state))
        if job is not None:
            try:
                await do(context, job)
            except Crash:
                await submit.recover(context, context.slots.new)
    elif action == "cancel":
        job = pick(
            api,
            [
                *await context.store.read(jobs.in_state, S.ACCEPTED),
                *await context.store.read(jobs.in_state, S.HELD),
            ],
        )
        if job is not None:
            await decisions.cancel(context, job)
    elif action == "retry":
        job = pick(api, await context.store.read(jobs.in_state, S.HELD))
        if job is not None:
            origin = Origin(job.guild_id, job.channel_id, job.user_id, job.upload_limit)
            with suppress(Rejected):  # the balance may not cover it
                await decisions.retry(context, job, origin)


def pick(api: Account, jobs: list[Job]) -> Job | None:
    return api.chance.choice(jobs) if jobs else None


async def is_open(context: JobContext) -> bool:
    counts = await context.store.read(jobs.counts)
    return any(counts.get(state) for state in (S.ACCEPTED, S.SUBMITTING, S.HELD, S.WAITING))


async def play(folder: Path, actions: list[str], seed: int) -> None:
    file = folder / "encore.db"
    api = Account(random.Random(seed))  # noqa: S311 - chance, repeatable
    catalogue = load_profile("classic")
    new_file(file)
    async with open_store(url_of(file)) as store:
        context = JobContext(store, api, api, Channel(), catalogue, Schedule(), Clock(), folder / "spool")
        await context.accounts.balance(OWN_ACCOUNT)
        for action in actions:
            await asyncio.sleep(1.0)
            await act(context, api, action)
        api.silent = False
        while await is_open(context):  # to the end: what is open is polled or given up
            await asyncio.sleep(60.0)
            for action in ("cancel", "poll"):
                await step(context, api, action)
        await asyncio.sleep(_QUIET)
        await context.accounts.balance(OWN_ACCOUNT)
        [(kept, unresolved)] = rows(file, _CALLS)
        assert await store.read(admission_facts.reserved, OWN_ACCOUNT) == unresolved
    booked = dict(rows(file, "SELECT kind, SUM(credits) FROM ledger GROUP BY kind"))
    drift = rows(file, "SELECT COALESCE(SUM(credits), 0) FROM drift")[0][0]
    assert api.total == OPENING - kept + drift
    # A line that is missing would pass for drift above, so each line is held to the calls as well.
    assert booked.get("settled", 0) - booked.get("refunded", 0) == kept
    open_lines = booked.get("reserved", 0) - booked.get("settled", 0) - booked.get("released", 0)
    assert open_lines == unresolved
    assert rows(file, "SELECT COALESCE(SUM(credits), 0) FROM spend WHERE guild_id = 0") == [
        (kept + unresolved,)
    ]


@hypothesis.settings(max_examples=15, deadline=None)
@hypothesis.given(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=30), st.integers(0, 2**32))
def test_balance_and_ledger_agree_or_the_difference_is_noted(actions: list[str], seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run(play(Path(folder), actions, seed))


@pytest.mark.parametrize("kind", ["reserved", "settled", "released", "refunded"])
def test_a_booking_that_is_left_out_is_found(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The property above can fail."""
    genuine = ledger.book

    def book(c: Connection, one: Job, line: Booking, *, at: float, first: bool = False) -> None:
        if line != kind:
            genuine(c, one, line, at=at, first=first)

    monkeypatch.setattr(ledger, "book", book)
    monkeypatch.setattr(job_rows, "book", book)
    assert any(is_found(tmp_path / str(seed), seed) for seed in range(40))


def is_found(folder: Path, seed: int) -> bool:
    folder.mkdir()
    try:
        run(play(folder, ["order", "submit", "submit", "poll", "poll"] * 5, seed))
    except AssertionError:
        return True
    return False


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("seed", range(3))
def test_after_many_orders_every_page_says_what_the_api_kept(seed: int, tmp_path: Path) -> None:
    """Two hundred orders, four at once, with failures, refunds, lost answers and late effects."""
    run(crowd(tmp_path, seed))


async def crowd(folder: Path, seed: int) -> None:
    api = Account(random.Random(seed), crashes=False)  # noqa: S311 - chance, repeatable
    new_file(folder / "encore.db")
    async with open_store(url_of(folder / "encore.db")) as store:
        context = JobContext(
            store, api, api, Channel(), load_profile("classic"), Schedule(), Clock(), folder / "spool"
        )
        engine = Engine(context)
        service = JobService(context, engine.wake)
        await context.accounts.balance(OWN_ACCOUNT)
        running = asyncio.create_task(engine.run())
        await asyncio.gather(*(member(service, api, orders=50) for _ in range(4)))
        while api.owed:
            api.total += api.owed.pop()
        await asyncio.sleep(_QUIET)
        await engine.stop(5.0)
        await running
        kept, origin = OPENING - api.total, VISIT
        server = await service.reports.of_server(origin.guild_id, [(0.0, 2e9)])
        mine = (await service.reports.of_member(origin, GuildSettings())).mine
        owner = await service.reports.of_all(30)
    assert server.spending.unresolved == owner.unresolved == mine.unresolved == 0
    assert server.drifts == ()
    assert (mine.spent, sum(server.spending.by_day), owner.by_server) == (kept, kept, ((1, kept),))
    assert sum(one.charged for one in server.statements) == kept
    assert kept > 0


async def member(service: JobService, api: Account, *, orders: int) -> None:
    """Order one thing after the other; decide what is held, or let it be."""
    for _ in range(orders):
        with suppress(Rejected):
            accepted = await ordered(service, api.chance.choice(ORDERS), VISIT)
            await service.card_shown(accepted.job, 77)
            await ended(service, api, accepted.job.id)
        if api.owed and api.chance.random() < 0.3:
            api.total += api.owed.pop()


async def ended(service: JobService, api: Account, job_id: int) -> None:
    while True:
        await asyncio.sleep(5.0)
        job = await service.read(jobs.existing, job_id)
        if job.state not in (S.ACCEPTED, S.SUBMITTING, S.WAITING, S.HELD, S.READY, S.POSTING):
            return
        decision = api.chance.choice(("wait", "wait", "wait", "cancel", "retry"))
        if job.state is S.HELD and decision == "cancel":
            await service.cancel(job_id)
        elif job.state is S.HELD and decision == "retry":
            with suppress(Rejected):
                await service.retry(job_id, VISIT)
