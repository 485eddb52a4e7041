"""A fresh store on a file of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import hypothesis
import pytest

from jobs.store import Store, open_store
from tests.jobs.shelf import new_file, url_of

# A busy machine is no failure.
hypothesis.settings.register_profile("encore", deadline=None)
hypothesis.settings.load_profile("encore")


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
