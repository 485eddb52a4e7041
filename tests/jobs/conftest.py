"""A fresh store on a file of its own."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest

from jobs.store import Store, open_store
from tests.jobs import shelf
from tests.jobs.installed import has_postgres
from tests.jobs.shelf import new_file, url_of

# A busy machine is no failure.
hypothesis.settings.register_profile("encore", deadline=None)
hypothesis.settings.load_profile("encore")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked so on both databases."""
    if shelf.CHOSEN == shelf.SQLITE and metafunc.definition.get_closest_marker("on_both"):
        metafunc.parametrize("_database", [shelf.SQLITE, shelf.POSTGRESQL], indirect=True)


@pytest.fixture(autouse=True)
def _database(request: pytest.FixtureRequest) -> Iterator[None]:
    """Which database a test is on, and its end there."""
    kind = getattr(request, "param", shelf.CHOSEN)
    if request.node.get_closest_marker("postgresql"):
        kind = shelf.POSTGRESQL
    if kind == shelf.SQLITE:
        yield
        return
    if request.node.get_closest_marker("sqlite"):
        pytest.skip("it is about SQLite alone")
    if not has_postgres():
        pytest.skip("no PostgreSQL is installed")
    shelf.go_to(kind)
    yield
    shelf.databases().emptied()
    shelf.go_to(shelf.CHOSEN)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the database lies."""
    return tmp_path / "encore.db"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[Store]:
    """Open for the length of a test."""
    new_file(file)
    async with open_store(url_of(file)) as ready:
        yield ready
