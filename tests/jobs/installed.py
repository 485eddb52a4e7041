"""Whether PostgreSQL is there to be tested with: its server and our driver for it."""

import importlib.util
import shutil
from functools import cache
from pathlib import Path

_DEBIAN = Path("/usr/lib/postgresql")


@cache
def binaries() -> Path | None:
    """Where PostgreSQL is installed: the newest of Debian's packages, or what the PATH has."""
    found = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    onpath = shutil.which("initdb")
    return found[-1].parent if found else Path(onpath).resolve().parent if onpath else None


def has_postgres() -> bool:
    return binaries() is not None and importlib.util.find_spec("psycopg") is not None
