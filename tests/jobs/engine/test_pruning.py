"""Old rows go in small steps, and never one that the books, a button or an open job needs."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.context import JobContext
from jobs.credits.reports import CreditReports
from jobs.engine import pruning
from jobs.engine.pruning import prune
from jobs.models import Balance, Job
from jobs.models.states import JobState, S
from jobs.ports import Clock
from jobs.rules.schedule import Schedule
from jobs.store import Store
from jobs.store.queries import accounts, guilds
from musicapi import load_profile
from musicapi.client import MusicApiClient
from musicapi.download import Downloader
from tests.conftest import KEY
from tests.fakes.api_faults import FaultyMusicApi
from tests.jobs.engine_world import Channel
from tests.jobs.shelf import NOW, VISIT, accepted, change, clip, moved, rows, touch

DAY = 24 * 3600.0
OLD = NOW - 100 * DAY
KEEP = 90
LONG = (S.SUBMITTING, S.WAITING, S.READY, S.POSTING, S.DONE)


@pytest.fixture
async def context(api: FaultyMusicApi, store: Store, tmp_path: Path) -> AsyncIterator[JobContext]:
    """No engine runs: nothing happens but what is asked for."""
    profile = load_profile("classic")
    async with (
        MusicApiClient(KEY, profile, base_url=api.url) as client,
        Downloader("127.0.0.1") as downloader,
    ):
        yield JobContext(
            store, client, downloader, Channel(), profile, Schedule(), Clock(), tmp_path / "spool"
        )


async def brought(store: Store, *steps: JobState, at: float = OLD, results: bool = False) -> Job:
    """A job that has gone a way; what was paid for it is closed."""
    job = await accepted(store, now=at, due_at=at)
    for step in steps:
        made = [clip(job, 0)] if results and step is S.READY else []
        job = await moved(store, job, step, now=at, results=made)
    return job


def numbers(file: Path) -> set[int]:
    return {row[0] for row in rows(file, "SELECT id FROM job")}


@pytest.mark.parametrize(
    "steps",
    [(S.CANCELLED,), (S.FAILED,), (S.SUBMITTING, S.FAILED), (S.SUBMITTING, S.WAITING, S.FAILED), LONG],
)
async def test_an_old_job_that_brought_nothing_goes_with_all_about_it(
    context: JobContext, store: Store, file: Path, steps: tuple[JobState, ...]
) -> None:
    await brought(store, *steps)
    change(file, "UPDATE call SET closed = true")
    assert await prune(context, KEEP) > 0
    for table in ("job", "call", "ledger", "post"):
        assert rows(file, f"SELECT * FROM {table}") == [], table  # noqa: S608 - ours


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (S.SUBMITTING,),
        (S.SUBMITTING, S.HELD),
        (S.SUBMITTING, S.WAITING),
        (S.SUBMITTING, S.WAITING, S.READY),
        (S.SUBMITTING, S.WAITING, S.READY, S.POSTING),
        (S.SUBMITTING, S.WAITING, S.READY, S.UNDELIVERABLE),
    ],
)
async def test_what_is_not_over_or_could_not_be_posted_stays(
    context: JobContext, store: Store, file: Path, steps: tuple[JobState, ...]
) -> None:
    job = await brought(store, *steps)
    change(file, "UPDATE call SET closed = true")
    await prune(context, KEEP)
    assert numbers(file) == {job.id}


async def test_a_song_stays_with_its_results_and_messages(
    context: JobContext, store: Store, file: Path
) -> None:
    job = await brought(store, *LONG, results=True)
    change(file, "UPDATE call SET closed = true")
    before = [rows(file, f"SELECT * FROM {table}") for table in ("job", "clip", "call", "ledger")]  # noqa: S608 - ours
    await prune(context, KEEP)
    assert [rows(file, f"SELECT * FROM {table}") for table in ("job", "clip", "call", "ledger")] == before  # noqa: S608 - ours
    assert numbers(file) == {job.id}


async def test_a_zip_stays_with_its_messages_although_its_results_are_those_of_others(
    context: JobContext, store: Store, file: Path
) -> None:
    zip_ = await brought(store, *LONG)
    change(file, "UPDATE call SET closed = true")
    change(file, "UPDATE job SET operation = 'zip'")
    await prune(context, KEEP)
    assert numbers(file) == {zip_.id}


async def test_a_job_stays_while_a_call_may_turn_out_otherwise_or_something_is_due(
    context: JobContext, store: Store, file: Path
) -> None:
    unsettled = await brought(store, S.SUBMITTING, S.WAITING, S.FAILED)
    due = await brought(store, S.FAILED)
    await touch(store, due, due_at=NOW)
    young = await brought(store, S.FAILED, at=NOW - 80 * DAY)
    late = await accepted(store, now=OLD, due_at=OLD)
    await moved(store, late, S.CANCELLED, now=NOW)
    await prune(context, KEEP)
    assert numbers(file) == {unsettled.id, due.id, young.id, late.id}


async def test_the_books_and_every_report_are_what_they_were(
    context: JobContext, store: Store, file: Path
) -> None:
    await store.write(accounts.reconcile, 0, Balance(500, 0, OLD - 1), now=OLD - 1, schedule=Schedule())
    for at in (NOW - 300 * DAY, OLD, NOW - 80 * DAY, NOW - DAY):
        for steps in ((S.CANCELLED,), (S.SUBMITTING, S.WAITING, S.FAILED), LONG):
            await brought(store, *steps, at=at, results=steps is LONG)
    change(file, "UPDATE call SET closed = true")
    reports = CreditReports(store, context.accounts, context.clock)
    span = [(NOW - (90 - day) * DAY, NOW - (89 - day) * DAY) for day in range(90)]

    async def figures() -> list[object]:
        return [
            (await reports.of_server(VISIT.guild_id, span)).spending,
            (await reports.of_server(VISIT.guild_id, span)).statements,
            (await reports.of_all(365)).by_server,
            rows(file, "SELECT total, expected FROM account"),
            rows(file, "SELECT * FROM reserved"),
            rows(file, "SELECT * FROM spend"),
        ]

    before = await figures()
    assert await prune(context, KEEP) > 0
    assert await figures() == before
    assert await prune(context, KEEP) == 0


async def test_settings_changed_long_ago_and_sums_beyond_every_report_go(
    context: JobContext, store: Store, file: Path
) -> None:
    for at in (OLD, NOW - 10 * DAY):
        await store.write(guilds.change, 11, lambda now: {"threads": not now.threads}, by=1, now=at)
    for at in (NOW - 401 * DAY, NOW - 399 * DAY):
        await brought(store, *LONG, at=at, results=True)
    await prune(context, KEEP)
    assert rows(file, "SELECT at FROM audit") == [(NOW - 10 * DAY,)]
    assert {row[0] for row in rows(file, "SELECT quarter FROM spend")} == {int((NOW - 399 * DAY) // 900)}
    assert (await store.read(guilds.settings, 11)).threads is False


async def test_many_rows_go_in_steps_between_which_others_write(
    context: JobContext, store: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "_STEP", 10)
    songs = {(await brought(store, *LONG, results=True)).id for _ in range(15)}
    for _ in range(25):
        await brought(store, S.CANCELLED)
    begun = context.clock.now()
    await prune(context, KEEP)
    assert numbers(file) == songs
    assert context.clock.now() - begun == pytest.approx(4 * pruning._PAUSE_SECONDS)
    job = await accepted(store, origin=replace(VISIT, user_id=9))
    assert job.id == 41, "a number is never given again"
