"""Acceptance: the order and its reservation, as one; and what the file itself refuses."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from jobs.models import NO_CARD, Job, Order, Origin, Reason
from jobs.models.states import JobState, S
from jobs.rules.admission import Quote
from jobs.store import Store
from jobs.store.queries import jobs, posts
from tests.jobs.shelf import NOW, ORDER, VISIT, accepted, brought_to, change, reload, rows, touch


async def test_an_accepted_job_is_all_that_was_ordered(store: Store, file: Path) -> None:
    order = Order("suno.stems_full", {"clip_id": "c", "deep": {"list": [1, None]}}, "stems \U0001f941", "c")
    origin = Origin(2**63 - 1, 2, 3, 26_214_400)
    job = await store.write(
        jobs.accept, order, origin, Quote("suno", 50), now=NOW, due_at=NOW + 15, deadline_at=NOW + 60
    )
    assert job == Job(
        id=1,
        guild_id=2**63 - 1,
        channel_id=2,
        user_id=3,
        operation="suno.stems_full",
        provider="suno",
        params={"clip_id": "c", "deep": {"list": [1, None]}},
        summary="stems \U0001f941",
        source_clip_id="c",
        price=50,
        state=JobState.ACCEPTED,
        state_at=NOW,
        created_at=NOW,
        upload_limit=26_214_400,
        due_at=NOW + 15,
        deadline_at=NOW + 60,
    )
    assert await store.read(jobs.by_id, 1) == job
    assert rows(file, "SELECT job_id, guild_id, user_id, kind, credits, at FROM ledger") == [
        (1, 2**63 - 1, 3, "reserved", 50, NOW)
    ]


async def test_what_is_free_reserves_nothing(store: Store, file: Path) -> None:
    await accepted(store, price=0)
    assert rows(file, "SELECT * FROM ledger") == []


@pytest.mark.sqlite
async def test_without_its_reservation_nothing_is_accepted(store: Store, file: Path) -> None:
    change(file, "CREATE TRIGGER no BEFORE INSERT ON ledger BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(IntegrityError):
        await accepted(store)
    assert rows(file, "SELECT * FROM job") == []
    await accepted(store, price=0)


async def test_a_job_that_does_not_exist(store: Store) -> None:
    assert await store.read(jobs.by_id, 1) is None


async def test_a_number_is_never_given_twice(store: Store, file: Path) -> None:
    await accepted(store)
    change(file, "DELETE FROM ledger")
    change(file, "DELETE FROM job")
    assert (await accepted(store)).id == 2


@pytest.mark.sqlite
async def test_the_file_knows_no_other_states_and_lines(store: Store, file: Path) -> None:
    await accepted(store)
    with pytest.raises(sqlite3.IntegrityError, match="ck_job_state"):
        change(file, "UPDATE job SET state = 'sleeping'")
    with pytest.raises(sqlite3.IntegrityError, match="ck_ledger_kind"):
        change(file, "UPDATE ledger SET kind = 'gift'")
    for state in JobState:
        change(file, "UPDATE job SET state = ?", state.value)


async def test_a_reason_that_we_do_not_know_does_not_keep_the_row_from_being_read(
    store: Store, file: Path
) -> None:
    job = await accepted(store)
    change(file, "UPDATE job SET reason = 'weather'")
    assert (await reload(store, job)).reason is Reason.INTERNAL
    for reason in Reason:
        change(file, "UPDATE job SET reason = ?", reason.value)
        assert (await reload(store, job)).reason is reason


async def test_the_engine_may_begin_once_the_card_was_shown(store: Store) -> None:
    job = await accepted(store)
    await store.write(posts.card_shown, job.id, card_message_id=77, shows="making", now=NOW + 1)
    job = await reload(store, job)
    assert (job.card_message_id, job.due_at, job.state) == (77, NOW + 1, S.ACCEPTED)


async def test_an_answer_never_puts_off_what_is_due_already(store: Store) -> None:
    job = await accepted(store, due_at=NOW)
    await store.write(posts.card_shown, job.id, card_message_id=NO_CARD, shows="making", now=NOW + 9)
    assert (await reload(store, job)).due_at == NOW


@pytest.mark.parametrize("state", [state for state in JobState if state is not S.ACCEPTED])
async def test_an_answer_that_comes_late_moves_nothing(store: Store, state: JobState) -> None:
    job = await brought_to(store, state)
    assert await touch(store, job, due_at=NOW + 500)
    await store.write(posts.card_shown, job.id, card_message_id=77, shows="making", now=NOW + 9)
    job = await reload(store, job)
    assert (job.card_message_id, job.due_at, job.state) == (77, NOW + 500, state)


async def test_at_the_start_nobody_is_still_being_shown_a_card(store: Store) -> None:
    waiting = await accepted(store, due_at=NOW + 15)
    shown = await accepted(store, due_at=NOW + 15)
    assert await touch(store, shown, card_message_id=77)
    due = await accepted(store, due_at=NOW - 5)
    tried = await accepted(store, due_at=NOW + 15)
    assert await touch(store, tried, tries=1)
    under_way = await brought_to(store, S.WAITING)
    assert await touch(store, under_way, due_at=NOW + 15)
    await store.write(posts.check_cards_soon)
    found = [await reload(store, job) for job in (waiting, shown, due, tried, under_way)]
    assert [job.due_at for job in found] == [NOW + 5, NOW + 15, NOW - 5, NOW + 15, NOW + 15]


async def test_orders_keep_apart(store: Store) -> None:
    one, other = await accepted(store), await accepted(store, order=Order("suno.wav", {}, "y"), origin=VISIT)
    assert (one.id, other.id) == (1, 2)
    assert (await reload(store, one)).params == ORDER.params
