"""The balance of a key against its calls: what was charged, what came back, what nobody can explain."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from jobs.models import OWN_ACCOUNT, Balance, Drift, Job, Reason, Usage
from jobs.models.states import S
from jobs.rules.schedule import Schedule
from jobs.store import Store
from jobs.store.queries import accounts, reports
from tests.jobs.shelf import NOW, VISIT, accepted, moved, reload, rows

pytestmark = pytest.mark.on_both

SENT, ENDED = NOW + 10, NOW + 60
# Later than any effect may land or show.
QUIET = NOW + 3000
DAY = 24 * 3600.0


@dataclass
class Books:
    """A store with readings of its balance."""

    store: Store
    file: Path

    async def read(self, total: int, at: float = QUIET) -> int:
        """The drift that a reading changes."""
        reading = Balance(total, 0, at)
        reckoned = await self.store.write(
            accounts.reconcile, OWN_ACCOUNT, reading, now=at + 1, schedule=Schedule()
        )
        return reckoned.drift

    async def sent(self, price: int = 10, at: float = SENT) -> Job:
        return await moved(self.store, await accepted(self.store, price=price), S.SUBMITTING, now=at)

    async def taken(self, price: int = 10) -> Job:
        return await moved(self.store, await self.sent(price), S.WAITING, now=SENT, task_id="t")

    async def done(self, price: int = 10) -> Job:
        return await moved(self.store, await self.taken(price), S.READY, now=ENDED)

    async def failed(self, price: int = 10, *, said: bool = False) -> Job:
        return await moved(self.store, await self.taken(price), S.FAILED, now=ENDED, refunded=said)

    async def lost(self, price: int = 10, at: float = SENT) -> Job:
        return await moved(self.store, await self.sent(price, at), S.HELD, now=at, notified_at=at)

    async def usage(self) -> tuple[int, int]:
        """(spent, unresolved) as every page says it; the CSV and the sums of quotas must agree."""
        used: Usage = await self.store.read(reports.usage, VISIT.guild_id)
        days = [(0.0, NOW * 2)]
        spending = await self.store.read(reports.spending, VISIT.guild_id, days=days)
        assert sum(spending.by_day) == used.spent + used.unresolved + used.reserved
        sheet = await self.store.read(reports.statements, VISIT.guild_id, since=0.0, limit=99)
        assert sum(one.charged for one in sheet) == used.spent
        assert sum(one.unresolved for one in sheet) == used.unresolved == spending.unresolved
        lines = dict(rows(self.file, "SELECT kind, SUM(credits) FROM ledger GROUP BY kind"))
        assert lines.get("settled", 0) - lines.get("refunded", 0) == used.spent
        return used.spent, used.unresolved

    def lines(self) -> Sequence[str]:
        return [kind for (kind,) in rows(self.file, "SELECT kind FROM ledger ORDER BY id")]


@pytest.fixture
async def books(store: Store, file: Path) -> Books:
    ready = Books(store, file)
    await ready.read(500, at=NOW)
    return ready


async def test_the_first_reading_is_where_counting_begins(store: Store, file: Path) -> None:
    books = Books(store, file)
    assert await store.read(accounts.last_known, OWN_ACCOUNT) is None
    await books.done()
    await books.failed()
    lost = await books.lost()
    assert await books.read(480) == 0
    assert await store.read(accounts.last_known, OWN_ACCOUNT) == Balance(480, 0, QUIET)
    assert await books.read(490, at=QUIET + 1) == 0, "the failed one was given back"
    assert await books.usage() == (10, 10)
    # What was lost before can have moved the balance before: nobody will know.
    assert (await reload(store, lost)).state is S.HELD


async def test_what_the_calls_cost_is_no_drift(books: Books) -> None:
    await books.done(10)
    await books.done(50)
    assert await books.read(440) == 0
    assert await books.store.read(accounts.drifts, OWN_ACCOUNT) == []


async def test_credits_that_no_call_took_are_noted_once(books: Books) -> None:
    await books.done()
    await books.done()
    assert await books.read(473) == -7
    assert await books.read(473, at=QUIET + 5) == 0
    assert await books.read(600, at=QUIET + 10) == 127
    found = [Drift(127, QUIET + 11), Drift(-7, QUIET + 1)]
    assert await books.store.read(accounts.drifts, OWN_ACCOUNT) == found


async def test_a_price_that_the_balance_contradicts_is_named(books: Books) -> None:
    job = await books.done(10)
    assert await books.read(488) == -2
    [drift] = await books.store.read(accounts.drifts, OWN_ACCOUNT)
    assert drift == Drift(-2, QUIET + 1, job.id, "suno.create", 10)


async def test_what_was_taken_just_now_may_not_show_yet(books: Books) -> None:
    await books.done()
    assert await books.read(500, at=ENDED + 1) == 0
    assert await books.read(490) == 0
    assert await books.usage() == (10, 0)


async def test_a_refund_that_comes_late_is_booked_to_its_job(books: Books) -> None:
    job = await books.failed()
    assert await books.read(490) == 0
    assert (await reload(books.store, job)).returned == 0
    assert await books.usage() == (10, 0)
    assert await books.read(500, at=QUIET + 10) == 0
    assert (await reload(books.store, job)).returned == 10
    assert await books.usage() == (0, 0)
    assert books.lines() == ["reserved", "settled", "refunded"]
    assert rows(books.file, "SELECT DISTINCT credits, songs FROM spend") == [(0, 0)]


async def test_a_refund_that_went_again_is_taken_back(books: Books) -> None:
    job = await books.failed()
    await books.read(500)
    assert await books.usage() == (0, 0)
    assert await books.read(490, at=QUIET + 10) == 0
    assert (await reload(books.store, job)).returned == 0
    assert await books.usage() == (10, 0)


async def test_the_word_of_the_api_counts_before_the_balance_shows_it(books: Books) -> None:
    job = await books.failed(said=True)
    assert (await reload(books.store, job)).returned == 10
    assert await books.usage() == (0, 0)
    assert await books.read(490, at=ENDED + 1) == 0, "it was only just said"
    assert await books.read(500) == 0
    assert await books.usage() == (0, 0)


async def test_a_refund_that_was_said_and_never_came_is_taken_back(books: Books) -> None:
    job = await books.failed(said=True)
    assert await books.read(490) == 0
    assert (await reload(books.store, job)).returned == 0
    assert await books.usage() == (10, 0)


async def test_a_task_under_way_may_have_been_given_back(books: Books) -> None:
    job = await books.taken()
    assert await books.read(500) == 0
    assert await books.store.read(accounts.drifts, OWN_ACCOUNT) == []
    await moved(books.store, job, S.READY, now=QUIET)
    assert await books.read(500, at=QUIET + 10) == 10


async def test_a_lost_call_that_was_charged_ends_its_job(books: Books) -> None:
    job = await books.lost()
    assert await books.usage() == (0, 10)
    assert await books.read(490, at=SENT + 15) == 0
    job = await reload(books.store, job)
    assert (job.state, job.reason, job.charged) == (S.FAILED, Reason.LOST_TASK, 10)
    assert job.due_at == SENT + 16
    assert await books.usage() == (10, 0)


async def test_a_lost_call_that_was_not_charged_ends_its_job_when_no_effect_can_come(books: Books) -> None:
    job = await books.lost()
    assert await books.read(500, at=SENT + 800) == 0
    assert (await reload(books.store, job)).reason is Reason.LOST_UNMOVED
    assert await books.read(500) == 0
    job = await reload(books.store, job)
    assert (job.state, job.reason, job.charged) == (S.FAILED, Reason.LOST_FREE, 0)
    assert await books.usage() == (0, 0)
    assert rows(books.file, "SELECT DISTINCT credits, songs FROM spend") == [(0, 0)]


async def test_an_effect_that_nobody_expected_any_more_is_put_right(books: Books) -> None:
    job = await books.lost()
    await books.read(500)
    assert await books.read(490, at=QUIET + DAY / 2) == 0
    assert (await reload(books.store, job)).reason is Reason.LOST_TASK
    assert await books.usage() == (10, 0)
    assert await books.read(500, at=QUIET + DAY / 2 + 100) == 0
    assert (await reload(books.store, job)).returned == 10
    assert await books.usage() == (0, 0)
    assert await books.read(490, at=QUIET + DAY / 2 + 200) == 0
    assert await books.usage() == (10, 0)


async def test_what_was_given_up_stays_unresolved_until_the_balance_tells(books: Books) -> None:
    for total, spent in ((490, 10), (490, 10)):
        job = await moved(books.store, await books.lost(), S.CANCELLED, now=SENT + 5, notified_at=NOW)
        assert (await books.usage())[1] == 10
        await books.read(total)
        assert await books.usage() == (spent, 0)
        assert (await reload(books.store, job)).due_at == QUIET + 1, "its message is put right"


async def test_a_call_that_was_made_once_more_is_reckoned_for_itself(books: Books) -> None:
    job = await moved(books.store, await books.lost(), S.ACCEPTED, now=SENT + 20)
    assert await books.usage() == (0, 10)
    job = await moved(books.store, job, S.SUBMITTING, now=SENT + 20)
    job = await moved(books.store, job, S.WAITING, now=SENT + 20, task_id="t")
    job = await moved(books.store, job, S.READY, now=SENT + 90)
    assert await books.usage() == (10, 10)
    assert await books.read(480) == 0
    assert await books.usage() == (20, 0)
    assert (await reload(books.store, job)).state is S.READY
    assert rows(books.file, "SELECT DISTINCT credits, songs FROM spend") == [(20, 1)]


async def test_a_lost_call_among_failures_that_were_given_back(books: Books) -> None:
    lost = await moved(books.store, await books.lost(), S.CANCELLED, now=SENT + 30, notified_at=NOW)
    for _ in range(3):
        await books.failed(said=True)
        await books.read(490, at=ENDED + 1)
    assert await books.read(490) == 0
    assert await books.usage() == (10, 0)
    assert (await reload(books.store, lost)).charged == 10
    assert await books.store.read(accounts.drifts, OWN_ACCOUNT) == []


async def test_equal_prices_are_told_apart_by_nobody_and_the_sum_is_right(books: Books) -> None:
    for _ in range(40):
        await books.lost()
    for _ in range(40):
        await books.failed()
    assert await books.read(500 - 10 * 43) == 0
    assert await books.usage() == (430, 0)


async def test_other_programs_are_told_from_lost_calls_where_they_can_be(books: Books) -> None:
    await books.read(493, at=NOW + 5)
    await books.lost()
    assert await books.read(483) == 0
    assert await books.usage() == (10, 0)
    assert [one.credits for one in await books.store.read(accounts.drifts, OWN_ACCOUNT)] == [-7]


async def test_a_drift_that_was_there_before_a_lost_call_is_not_taken_for_it(books: Books) -> None:
    await books.failed()
    await books.read(480)
    job = await books.lost(at=QUIET + 5)
    assert await books.read(480, at=QUIET + 2000) == 0
    assert (await reload(books.store, job)).reason is Reason.LOST_FREE
    assert await books.usage() == (10, 0)


async def test_what_cannot_be_told_stays_unresolved(books: Books) -> None:
    job = await books.lost()
    assert await books.read(483) == -17
    assert (await reload(books.store, job)).state is S.HELD
    assert await books.usage() == (0, 10)
    assert await books.read(483, at=QUIET + 2 * DAY) == 0
    assert await books.usage() == (0, 10)
    assert rows(books.file, "SELECT closed FROM call") == [(1,)]
    assert rows(books.file, "SELECT DISTINCT final FROM drift") == [(1,)]


async def test_a_drift_is_explained_by_what_becomes_known_later(books: Books) -> None:
    await books.failed()
    await books.done()
    assert await books.read(495) == 15, "the balance is slow today"
    assert await books.read(480, at=QUIET + 100) == -15
    assert await books.store.read(accounts.drifts, OWN_ACCOUNT) == []
    assert await books.usage() == (20, 0)


async def test_an_account_that_is_never_quiet_is_believed_in_time(books: Books) -> None:
    job = await books.lost()
    for seconds in range(1000, 9000, 1000):
        taken = await moved(books.store, await books.sent(at=SENT + seconds), S.WAITING, now=SENT + seconds)
        state = (await reload(books.store, job)).state
        assert state is (S.HELD if seconds <= 4000 else S.FAILED)
        await books.read(500 - seconds // 100, at=SENT + seconds + 200)
        await moved(books.store, taken, S.READY, now=SENT + seconds + 300)
    assert (await reload(books.store, job)).reason is Reason.LOST_FREE


async def test_an_older_reading_says_nothing(books: Books) -> None:
    await books.done()
    assert await books.read(490) == 0
    assert await books.read(777, at=QUIET - 1) == 0
    assert await books.store.read(accounts.last_known, OWN_ACCOUNT) == Balance(490, 0, QUIET)


async def test_each_key_has_its_own_books(books: Books) -> None:
    store, own = books.store, Schedule()
    await store.write(accounts.reconcile, 77, Balance(50, 0, NOW), now=NOW, schedule=own)
    await books.done()
    found = await store.write(accounts.reconcile, 77, Balance(40, 0, QUIET), now=QUIET, schedule=own)
    assert found.drift == -10
    assert await books.read(490) == 0
    assert await store.read(accounts.drifts, OWN_ACCOUNT) == []
