"""A PostgreSQL of the tests' own: a cluster in a folder while they run, and a database for each test."""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL

from jobs.store import jam_schema
from jobs.store.postgres.connection import SCHEME, engine_for, parse
from jobs.store.postgres.tables import upgrade
from tests.jobs.installed import binaries

PASSWORD = "canary-of-the-database"
# Nothing survives the tests, so nothing need reach the disk.
_SETTINGS = {
    "listen_addresses": "", "fsync": "off", "full_page_writes": "off", "max_connections": "200",
    "shared_buffers": "32MB", "autovacuum": "off", "jit": "off",
}  # fmt: skip
# The sessions of bots that wait for the disk in their COMMIT, as `commit_delay` lets them.
IN_COMMIT = """
SELECT pid FROM pg_stat_activity WHERE application_name = 'encore' AND query = 'COMMIT' AND state = 'active'
"""
_numbers = count(1)


class Cluster:
    """A running server on a socket in its folder, with its superuser `encore`."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self._bin = binaries() or Path()
        # Nobody may be root there.
        self._user = None if os.geteuid() else _unprivileged()
        if self._user is not None:
            os.chown(folder, self._user, -1)
        password = folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        self._run(
            "initdb", "-D", "data", "-U", "encore", "-A", "scram-sha-256", "--pwfile", str(password),
            "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync",
        )  # fmt: skip
        password.unlink()
        with (folder / "data" / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in (_SETTINGS | settings).items())
        self.start()

    def start(self) -> None:
        self._run("pg_ctl", "-D", "data", "-o", f"-k {self.folder}", "-l", "log", "-w", "start")

    def stop(self, how: str = "immediate") -> None:
        self._run("pg_ctl", "-D", "data", "-m", how, "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(  # noqa: S603 - a program of Debian's
            [self._bin / program, *arguments],
            cwd=self.folder,
            user=self._user,
            check=True,
            capture_output=True,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )

    def url(self, database: str) -> str:
        made = URL.create(SCHEME, "encore", PASSWORD, database=database, query={"host": str(self.folder)})
        return made.render_as_string(hide_password=False)

    @contextmanager
    def connected(self, database: str = "postgres") -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(
            host=str(self.folder), user="encore", password=PASSWORD, dbname=database, autocommit=True
        ) as connection:
            yield connection

    def make(self, *, template: str = "template0") -> str:
        """Make a database, and return its name."""
        name = f"test{next(_numbers)}"
        with self.connected() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name


def _unprivileged() -> int:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL refuses root, and there is nobody else")


@cache
def cluster() -> Cluster:
    """The one of this process, started with its first test."""
    folder = Path(tempfile.mkdtemp(prefix="encore-pg"))
    made = Cluster(folder)

    def end() -> None:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    return made


class Databases:
    """The databases of a test, by the file that each stands for; they are emptied and used again."""

    def __init__(self) -> None:
        self._of: dict[Path, tuple[str, bool]] = {}
        self._free: list[str] = []
        self._template = ""

    def url_of(self, file: Path) -> str:
        """Where the database of a file is: one without tables, unless it was made `with_tables` before."""
        if file not in self._of:
            self._of[file] = cluster().make(), False
        return cluster().url(self._of[file][0])

    def with_tables(self, file: Path) -> None:
        if file in self._of:
            return
        if not self._template:
            self._template = cluster().make()
            engine = engine_for(parse(cluster().url(self._template)), size=1)
            with engine.begin() as connection:
                upgrade(connection)
            engine.dispose()
        self._of[file] = self._free.pop() if self._free else cluster().make(template=self._template), True

    @contextmanager
    def connected(self, file: Path) -> Iterator[psycopg.Connection[Any]]:
        self.url_of(file)
        with cluster().connected(self._of[file][0]) as connection:
            yield connection

    def emptied(self) -> None:
        """Take back all that a test has used."""
        used, self._of = self._of, {}
        for name, whole in used.values():
            if whole:
                with cluster().connected(name) as connection:
                    connection.execute(_NO_ROWS + _FROM_ONE)
                self._free.append(name)


_NO_ROWS = "".join(f"DELETE FROM {table.name};" for table in reversed(jam_schema.jam.metadata.sorted_tables))  # noqa: S608 - ours
_FROM_ONE = """
DO $$ DECLARE one regclass; BEGIN
    FOR one IN SELECT oid FROM pg_class WHERE relkind = 'S' LOOP PERFORM setval(one, 1, false); END LOOP;
END $$
"""
databases = Databases()
