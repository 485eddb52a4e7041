"""A file is copied into PostgreSQL whole or not at all, and stays as it was."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.models.states import S
from jobs.store import StoreError, open_store
from jobs.store.postgres.move import move
from jobs.store.queries import guilds, jobs, notes
from tests import ROOT
from tests.jobs import shelf
from tests.jobs.jams_shelf import entered, started
from tests.jobs.shelf import NOW, accepted, brought_to, change, content_of, rows, url_of

pytestmark = [pytest.mark.postgresql, pytest.mark.process]

_TOTALS = "SELECT kind, SUM(credits), COUNT(*) FROM ledger GROUP BY kind ORDER BY kind"


@pytest.fixture
async def source(tmp_path: Path) -> Path:
    """A file with jobs in every state, a jam, settings, and a text that PostgreSQL cannot hold."""
    file = tmp_path / "source.db"
    shelf.go_to(shelf.SQLITE)
    shelf.new_file(file)
    async with open_store(url_of(file)) as store:
        for state in S:
            await brought_to(store, state)
        await entered(store, await started(store, interaction=None), 33, 44)
        await store.write(guilds.change, 11, lambda _: {"jam_hosts": (5, 6)}, by=1, now=NOW)
        await store.write(notes.write, "odd", "a\x00b")
    change(file, "UPDATE sqlite_sequence SET seq = 500 WHERE name = 'job'")
    shelf.go_to(shelf.POSTGRESQL)
    return file


def read(kind: str, file: Path, query: str) -> list[tuple[object, ...]]:
    shelf.go_to(kind)
    found = [tuple(row) for row in rows(file, query)]
    shelf.go_to(shelf.POSTGRESQL)
    return found


async def test_everything_is_there_and_numbers_go_on(source: Path, file: Path) -> None:
    before = content_of(source)
    moved = move(source, url_of(file))
    assert moved.mended == 1
    assert content_of(source) == before
    for query in (_TOTALS, "SELECT * FROM reserved", "SELECT id, state, params FROM job ORDER BY id"):
        there = [tuple(map(str, row)) for row in read(shelf.SQLITE, source, query)]
        assert len(there) == len(read(shelf.POSTGRESQL, file, query))
    assert read(shelf.SQLITE, source, _TOTALS) == read(shelf.POSTGRESQL, file, _TOTALS)
    async with open_store(url_of(file)) as store:
        assert (await store.read(guilds.settings, 11)).jam_hosts == (5, 6)
        assert await store.read(notes.read, "odd") == "a\ufffdb"
        job = await accepted(store)
        assert job.id == 501
        assert await store.read(jobs.by_id, job.id) == job


async def test_what_holds_something_is_refused(source: Path, file: Path) -> None:
    move(source, url_of(file))
    with pytest.raises(StoreError, match="is not empty: it has rows in audit, call"):
        move(source, url_of(file))


async def test_killed_half_way_it_can_be_begun_anew(source: Path, file: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from jobs.store.postgres import move\n"
        "genuine = move._copy\n"
        "def copy(file, c, table):\n"
        "    if table.name == 'post': os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return genuine(file, c, table)\n"
        "move._copy = copy; move.move(Path(sys.argv[1]), sys.argv[2])\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, source, url_of(file)], cwd=ROOT, check=False)  # noqa: ASYNC221, S603 - ours
    assert killed.returncode == -signal.SIGKILL
    assert move(source, url_of(file)).rows["job"] > len(S)


async def test_what_would_differ_is_not_copied(
    source: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jobs.store.postgres import move as module  # noqa: PLC0415 - only here

    genuine = module._reader
    monkeypatch.setattr(
        module, "_reader", lambda column: (lambda _: 7) if column.name == "credits" else genuine(column)
    )
    with pytest.raises(StoreError, match="ledger would differ"):
        move(source, url_of(file))
    with pytest.raises(StoreError, match="would differ"):
        move(source, url_of(file))
    monkeypatch.undo()
    assert move(source, url_of(file)).rows


def test_the_command_says_what_was_copied(source: Path, file: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": url_of(file), "ENV_FILE": ""}
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "bot.py", "--move", source],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "the database holds what" in done.stdout
    assert "source.db is as it was" in done.stdout
