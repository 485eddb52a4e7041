"""Whatever happens in whatever order: ledger and balance agree, or the difference is noted as drift."""

import asyncio
import random
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st
from sqlalchemy import Connection

from jobs.context import JobContext
from jobs.engine import submit
from jobs.engine.poll import poll
from jobs.engine.resolve_unknown import resolve_unknown
from jobs.models import OWN_ACCOUNT, Booking, Job, Order, Origin, Params
from jobs.models.rejections import Rejected
from jobs.models.states import S
from jobs.orders import decisions
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
    load_profile,
)
from tests.fakes.clock import run
from tests.jobs.engine_world import Channel
from tests.jobs.shelf import accepted, new_file, rows, url_of

OPENING = 10_000
ORDERS = (Order("suno.create", {"description": "x"}, "x"), Order("suno.stems_full", {"clip_id": "c"}, "y"))
ACTIONS = (
    "order", "submit", "poll", "resolve", "cancel", "retry", "again", "late", "foreign", "read", "down",
)  # fmt: skip

# Every try of a job reserves its price: the first, and each after a decision.
_RESERVED_FOR = "SELECT COALESCE(SUM(price * (1 + round)), 0) FROM job"

_REFUNDED = "SELECT COALESCE(SUM(price), 0) FROM job WHERE refunded"


class Crash(BaseException):
    """The process is gone: nothing of ours catches it."""


@dataclass
class Account:
    """An API that takes and gives back credits as chance has it, and remembers what it did."""

    chance: random.Random
    total: int = OPENING
    silent: bool = False
    tasks: dict[str, int] = field(default_factory=dict)
    owed: list[int] = field(default_factory=list)

    async def credits(self) -> Credits:
        if self.silent:
            raise NotSent("down")
        return Credits(self.total)

    async def submit(self, operation: str, params: Params) -> Submission:
        del params
        price = 50 if operation == "suno.stems_full" else 10
        what = self.chance.choice(
            ("taken", "taken", "declined", "refused", "lost", "paid", "crash", "crashed")
        )
        if what == "refused":
            raise NotSent("busy")
        if what == "declined":
            raise ContentRefused("no")
        if what in ("taken", "paid", "crashed"):
            self.total -= price
        if what in ("lost", "paid"):
            raise OutcomeUnknown("cut")
        if what in ("crash", "crashed"):
            raise Crash
        self.tasks[f"task-{len(self.tasks)}"] = price
        return Submission(f"task-{len(self.tasks) - 1}")

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
        raise TaskFailed("no")

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
    steps = {
        "submit": (S.ACCEPTED, submit.submit),
        "poll": (S.WAITING, poll),
        "resolve": (S.UNKNOWN, resolve_unknown),
    }
    if action in steps:
        state, do = steps[action]
        job = pick(api, await context.store.read(jobs.in_state, state))
        if job is not None:
            try:
                await do(context, job)
            except Crash:
                await submit.recover(context)
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
    return any(counts.get(state) for state in (S.ACCEPTED, S.SUBMITTING, S.UNKNOWN, S.HELD, S.WAITING))


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
        while await is_open(context):  # to the end: what is open is resolved, polled or given up
            await asyncio.sleep(60.0)
            for action in ("cancel", "poll", "resolve"):
                await step(context, api, action)
        await asyncio.sleep(1.0)
        await context.accounts.balance(OWN_ACCOUNT)
        assert await store.read(admission_facts.reserved, OWN_ACCOUNT) == 0
    booked = dict(rows(file, "SELECT kind, SUM(credits) FROM ledger GROUP BY kind"))
    drift = rows(file, "SELECT COALESCE(SUM(credits), 0) FROM drift")[0][0]
    spent = booked.get("settled", 0) - booked.get("refunded", 0)
    assert api.total == OPENING - spent + drift
    # A line that is missing would pass for drift above, so each line is held to its job as well.
    assert booked.get("reserved", 0) == booked.get("settled", 0) + booked.get("released", 0)
    assert booked.get("reserved", 0) == rows(file, _RESERVED_FOR)[0][0]
    assert booked.get("refunded", 0) == rows(file, _REFUNDED)[0][0]
    net = booked.get("reserved", 0) - booked.get("released", 0) - booked.get("refunded", 0)
    assert rows(file, "SELECT COALESCE(SUM(credits), 0) FROM spend WHERE guild_id = 0") == [(net,)]


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

    def book(c: Connection, one: Job, line: Booking, *, at: float) -> None:
        if line != kind:
            genuine(c, one, line, at=at)

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
