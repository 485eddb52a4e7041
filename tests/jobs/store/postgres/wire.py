"""A wire between a bot and its database that can be cut at the worst moment: while a COMMIT is under way."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

from tests.jobs.postgres import cluster

BEFORE, AFTER = "before it arrives", "after it has arrived"
_BYTES = 65536


class Wire:
    """Passes on what is said. `cut` says when the next COMMIT is lost; `down` keeps the way closed."""

    def __init__(self) -> None:
        self.cut = ""
        self.down = False
        self.was_cut = threading.Event()
        self.commits = 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self._pairs: list[socket.socket] = []
        threading.Thread(target=self._open, daemon=True).start()

    def url(self, database: str) -> str:
        there = sa.make_url(cluster().url(database))
        here = there.set(host="127.0.0.1", port=self._door.getsockname()[1], query={"sslmode": "disable"})
        return here.render_as_string(hide_password=False)

    def close(self) -> None:
        self._door.close()
        self.drop()

    def drop(self) -> None:
        """End every connection that there is."""
        pairs, self._pairs = self._pairs, []
        for one in pairs:
            _end(one)

    def _open(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._door.accept()
                if self.down:
                    here.close()
                    continue
                there = socket.socket(socket.AF_UNIX)
                there.connect(str(Path(cluster().folder) / ".s.PGSQL.5432"))
                self._pairs += [here, there]
                threading.Thread(target=self._there, args=(here, there), daemon=True).start()
                threading.Thread(target=self._back, args=(there, here), daemon=True).start()

    def _there(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while said := here.recv(_BYTES):
                commits = b"COMMIT" in said
                self.commits += commits
                if commits and self.cut:
                    when, self.cut = self.cut, ""
                    if when == AFTER:
                        self._pairs.remove(here)  # its answer goes nowhere
                        _end(here)
                        there.sendall(said)
                    self.down = self.down or when == AFTER
                    self.drop()
                    self.was_cut.set()
                    return
                there.sendall(said)
        _end(here)
        _end(there)

    def _back(self, there: socket.socket, here: socket.socket) -> None:
        with suppress(OSError):
            while said := there.recv(_BYTES):
                here.sendall(said)
        _end(here)
        _end(there)


def _end(one: socket.socket) -> None:
    """Close it, also for a thread that is reading from it."""
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def wired() -> Iterator[Wire]:
    wire = Wire()
    try:
        yield wire
    finally:
        wire.close()
