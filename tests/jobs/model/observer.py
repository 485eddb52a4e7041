"""The file as it is, by a connection and by statements of its own; a trigger in it keeps every move."""

import json
import shutil
import sqlite3
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from jobs.models import Job, Post
from tests.jobs.model.terms import ref_of
from tests.jobs.shelf import new_file

_TRIGGER = """
    CREATE TABLE moved (job_id INTEGER, old TEXT, new TEXT);
    CREATE TRIGGER note_move AFTER UPDATE OF state ON job WHEN old.state <> new.state
    BEGIN INSERT INTO moved VALUES (new.id, old.state, new.state); END;
    CREATE TABLE jam_moved (what TEXT, id INTEGER, old TEXT, new TEXT);
    CREATE TRIGGER note_jam_move AFTER UPDATE OF state ON jam WHEN old.state <> new.state
    BEGIN INSERT INTO jam_moved VALUES ('jam', new.id, old.state, new.state); END;
    CREATE TRIGGER note_entry_move AFTER UPDATE OF state ON jam_entry WHEN old.state <> new.state
    BEGIN INSERT INTO jam_moved VALUES ('entry', new.id, old.state, new.state); END;
"""


@cache
def template() -> Path:
    """A new file with the trigger, made once."""
    file = Path(mkdtemp(prefix="encore-model-")) / "encore.db"
    new_file(file)
    connection = sqlite3.connect(file)
    connection.executescript(_TRIGGER)
    # Nothing here pulls the plug, and a process that is stopped loses nothing that it has written.
    connection.execute("PRAGMA journal_mode=MEMORY")
    connection.close()
    return file


@dataclass(frozen=True)
class Row:
    """A job as the file has it, with the lines of its ledger as counts of its price."""

    id: int
    ref: int
    price: int
    state: str
    round: int
    due_at: float | None
    notified_at: float | None
    task_id: str
    reason: str
    charged: int
    returned: int
    unresolved: int
    operation: str
    ledger: Counter[str]


class Observer:
    """Reads the file."""

    def __init__(self, file: Path) -> None:
        shutil.copyfile(template(), file)
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._moves_seen = 0

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, values).fetchall()

    def jobs(self) -> list[Row]:
        """All jobs."""
        ledgers: dict[int, Counter[str]] = {}
        for job_id, kind, credits_ in self._rows("SELECT job_id, kind, credits FROM ledger"):
            ledgers.setdefault(job_id, Counter())[kind] += credits_
        rows = self._rows(
            "SELECT id, params, price, state, round, due_at, notified_at, "
            "task_id, reason, charged, returned, unresolved, operation FROM job ORDER BY id"
        )
        return [
            Row(*(job_id, ref_of(json.loads(params)), *rest, ledgers.get(job_id, Counter())))
            for job_id, params, *rest in rows
        ]

    def uncounted(self) -> bool:
        """Whether a call was lost before the balance was ever read: nobody can know about that one."""
        return bool(self._rows("SELECT 1 FROM call WHERE outcome = 'lost' AND closed"))

    def new_moves(self) -> list[tuple[int, str, str]]:
        """The moves since the last time: (job, old state, new state)."""
        rows = self._rows("SELECT rowid, job_id, old, new FROM moved WHERE rowid > ?", self._moves_seen)
        self._moves_seen = rows[-1][0] if rows else self._moves_seen
        return [(job_id, old, new) for _, job_id, old, new in rows]

    def songs(self, job_id: int) -> set[int]:
        """The good results that are kept."""
        return {n for (n,) in self._rows("SELECT position FROM clip WHERE job_id = ? AND error = ''", job_id)}

    def has_card(self, job_id: int, *, since: float) -> bool:
        """Whether a job, as it is since then at most, knows of a card that shows anything."""
        query = "SELECT 1 FROM job WHERE id = ? AND card_message_id > 0 AND card_shows <> '' AND state_at > ?"
        return bool(self._rows(query, job_id, since))

    def kept_twice(self, job_id: int) -> bool:
        """Whether one result of the API is kept as two."""
        query = "SELECT count(clip_id) - count(DISTINCT clip_id) FROM clip WHERE job_id = ?"
        return bool(self._rows(query, job_id)[0][0])

    def next_due(self) -> float | None:
        """When a job must next be acted on."""
        due: float | None = self._rows("SELECT min(due_at) FROM job")[0][0]
        return due

    def submitting(self) -> list[int]:
        """Orders for which a call may be under way."""
        rows = self._rows("SELECT params FROM job WHERE state = 'submitting'")
        return [ref_of(json.loads(params)) for (params,) in rows]

    def posting(self, job: Job, post: Post) -> bool:
        """Whether an attempt to post this message, with this nonce, is noted."""
        rows = self._rows(
            "SELECT job.state FROM job JOIN post ON post.job_id = job.id WHERE job.id = ? AND post.round = ? "
            "AND post.seq = ? AND post.nonce = ? AND post.first_try_at IS NOT NULL",
            job.id, job.round, post.seq, post.nonce,
        )  # fmt: skip
        # A delivery that was asked for again moves its job on while the old one is still under way.
        return bool(rows) and (job.state not in ("ready", "posting") or rows[0][0] == "posting")
