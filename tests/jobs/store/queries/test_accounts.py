"""The balance of a key against the ledger: late refunds, drift, prices that no longer hold."""

from pathlib import Path

from jobs.models import OWN_ACCOUNT, Balance, Drift, Job
from jobs.models.states import S
from jobs.store import Store
from jobs.store.queries import accounts
from tests.jobs.shelf import NOW, accepted, moved, reload, rows

PAID = NOW + 10
READ = NOW + 100


async def read(store: Store, total: int, at: float = READ) -> Drift | None:
    return await store.write(accounts.reconcile, OWN_ACCOUNT, Balance(total, 0, at), now=at + 1)


async def paid(store: Store, price: int = 10) -> Job:
    """A job that the API has taken."""
    job = await moved(store, await accepted(store, price=price), S.SUBMITTING, submit_at=NOW)
    return await moved(store, job, S.WAITING, book=["settled"], now=PAID, task_id="t", outcome_at=PAID)


async def done(store: Store, price: int = 10) -> Job:
    return await moved(store, await paid(store, price), S.READY)


async def failed(store: Store, price: int = 10) -> Job:
    return await moved(store, await paid(store, price), S.FAILED, finished_at=PAID)


async def test_the_first_reading_is_where_counting_begins(store: Store) -> None:
    assert await store.read(accounts.last_known, OWN_ACCOUNT) is None
    await done(store)
    assert await read(store, 490) is None
    assert await store.read(accounts.last_known, OWN_ACCOUNT) == Balance(490, 0, READ)
    assert await store.read(accounts.drifts, OWN_ACCOUNT) == []


async def test_what_the_ledger_says_is_no_drift(store: Store) -> None:
    await read(store, 500, at=NOW)
    await done(store, 10)
    await done(store, 50)
    assert await read(store, 440) is None
    assert await store.read(accounts.drifts, OWN_ACCOUNT) == []


async def test_credits_that_no_job_took_are_noted_once(store: Store) -> None:
    await read(store, 500, at=NOW)
    await done(store)
    await done(store)
    drift = Drift(-7, READ + 1)
    assert await read(store, 473) == drift
    assert await read(store, 473, at=READ + 5) is None
    assert await read(store, 600, at=READ + 10) == Drift(127, READ + 11)
    assert await store.read(accounts.drifts, OWN_ACCOUNT) == [Drift(127, READ + 11), drift]


async def test_a_price_that_the_balance_contradicts_is_named(store: Store) -> None:
    await read(store, 500, at=NOW)
    job = await done(store, 10)
    assert await read(store, 488) == Drift(-2, READ + 1, job.id, "suno.create", 10)


async def test_a_refund_that_comes_late_is_booked_to_its_job(store: Store, file: Path) -> None:
    await read(store, 500, at=NOW)
    job = await failed(store)
    assert await read(store, 490) is None
    assert not (await reload(store, job)).refunded
    assert await read(store, 500, at=READ + 10) is None
    assert (await reload(store, job)).refunded
    assert rows(file, "SELECT kind FROM ledger") == [("reserved",), ("settled",), ("refunded",)]
    assert rows(file, "SELECT DISTINCT credits, songs FROM spend") == [(0, 0)]
    assert await read(store, 500, at=READ + 20) is None
    assert await store.read(accounts.drifts, OWN_ACCOUNT) == []


async def test_an_open_job_that_could_explain_it_is_waited_for(store: Store) -> None:
    await read(store, 500, at=NOW)
    job = await paid(store)
    assert await read(store, 500) is None  # its task may have failed and been refunded
    assert await store.read(accounts.drifts, OWN_ACCOUNT) == []
    await moved(store, job, S.READY)
    assert await read(store, 500, at=READ + 10) == Drift(10, READ + 11)


async def test_a_lost_answer_explains_its_own_price_and_nothing_else(store: Store) -> None:
    await read(store, 500, at=NOW)
    job = await moved(store, await accepted(store), S.SUBMITTING, submit_at=NOW)
    assert await read(store, 490) is None
    assert await read(store, 485, at=READ + 1) == Drift(-15, READ + 2)
    job = await moved(store, await moved(store, job, S.UNKNOWN), S.HELD)
    await moved(store, job, S.CANCELLED, book=["settled"], now=READ + 3)
    assert await read(store, 485, at=READ + 10) == Drift(10, READ + 11)


async def test_a_reading_that_the_ledger_overtook_says_nothing(store: Store) -> None:
    await read(store, 500, at=NOW)
    await done(store)
    assert await read(store, 500, at=PAID - 1) is None
    assert await read(store, 500, at=PAID) is None
    assert await store.read(accounts.last_known, OWN_ACCOUNT) == Balance(500, 0, NOW)
    assert await read(store, 490) is None
    assert await read(store, 777, at=READ - 1) is None
    assert await store.read(accounts.last_known, OWN_ACCOUNT) == Balance(490, 0, READ)


async def test_each_key_has_its_own_books(store: Store) -> None:
    await read(store, 500, at=NOW)
    assert await store.write(accounts.reconcile, 77, Balance(50, 0, NOW), now=NOW) is None
    await done(store)
    assert await store.write(accounts.reconcile, 77, Balance(40, 0, READ), now=READ) == Drift(-10, READ)
    assert await read(store, 490) is None
    assert await store.read(accounts.drifts, OWN_ACCOUNT) == []
