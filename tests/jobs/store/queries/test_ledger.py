"""The sums that admission reads: always what the ledger says, songs counted once."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobs.models import Job, Order
from jobs.models.states import S
from jobs.rules.quote import Payer
from jobs.store import Store, open_store
from jobs.store.queries import ledger, reports
from jobs.store.queries.ledger import Used
from tests.jobs.shelf import NOW, VISIT, accepted, ask, brought_to_version, moved, rows, url_of
from tests.jobs.store.queries.test_accounts_of_jobs import PATHS, walk

SUMS = "SELECT guild_id, user_id, songs, credits FROM spend ORDER BY guild_id, user_id"


@pytest.mark.parametrize("name", PATHS)
async def test_every_path_sums_up_to_what_the_ledger_says(store: Store, file: Path, name: str) -> None:
    await walk(store, PATHS[name][0])
    usage = await store.read(reports.usage, VISIT.guild_id)
    total = usage.spent + usage.reserved + usage.unresolved
    song = 1 if total else 0
    assert rows(file, SUMS) == [(0, 0, song, total), (11, 0, song, total), (11, 33, song, total)]


async def test_what_is_no_song_counts_as_credits_only(store: Store, file: Path) -> None:
    await accepted(store, order=Order("suno.stems_full", {}, "stems"), price=50)
    assert rows(file, SUMS) == [(0, 0, 0, 50), (11, 0, 0, 50), (11, 33, 0, 50)]


async def test_a_server_that_pays_itself_is_not_in_the_owners_sum(store: Store, file: Path) -> None:
    assert isinstance(await ask(store, payer=Payer(11)), Job)
    assert rows(file, SUMS) == [(11, 0, 1, 10), (11, 33, 1, 10)]


async def test_sums_since_a_time(store: Store) -> None:
    early = await accepted(store, now=NOW - 1000)
    await accepted(store, origin=replace(VISIT, user_id=34))
    windows = [(11, 33, NOW - 5000), (11, 33, NOW), (11, 0, NOW - 5000), (0, 0, NOW), (12, 0, 0.0)]
    expected = [Used(1, 10), Used(), Used(2, 20), Used(1, 10), Used()]
    assert await store.read(ledger.used, windows) == expected
    await moved(store, early, S.CANCELLED, now=NOW + 5000)
    assert (await store.read(ledger.used, windows))[2] == Used(1, 10)
    assert await store.read(ledger.used, []) == []


@pytest.mark.sqlite
async def test_a_file_from_before_is_summed_up(file: Path) -> None:
    """Filled by today's code, then taken back to 0002 and brought forward again."""
    async with open_store(url_of(file)) as store:
        for path, _ in PATHS.values():
            await walk(store, path)
        await accepted(store, order=Order("suno.stems_full", {}, "stems"), price=50, now=NOW + 9000)
    before = rows(file, f"{SUMS}, quarter")
    engine = sa.create_engine(url_of(file), poolclass=sa.NullPool)
    with engine.begin() as c:
        for trigger in ("job_accepted", "job_changed"):
            c.exec_driver_sql(f"DROP TRIGGER {trigger}")
        for index in ("ix_job_guild", "ix_job_state"):
            c.exec_driver_sql(f"DROP INDEX {index}")
        for table in ("spend", "account", "drift", "reserved"):
            c.exec_driver_sql(f"DROP TABLE {table}")
        c.exec_driver_sql("ALTER TABLE job DROP COLUMN account")
        c.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
    engine.dispose()
    brought_to_version(file, "0003")
    assert rows(file, f"{SUMS}, quarter") == before
