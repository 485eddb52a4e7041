"""A fresh store on a file of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import hypothesis
import pytest

from jobs.store import Store, open_store
from tests.fakes.clock import VirtualLoop
from tests.jobs.shelf import url_of

LoopFactories: TypeAlias = Mapping[str, Callable[[], asyncio.AbstractEventLoop]]

# A busy machine is no failure.
hypothesis.settings.register_profile("encore", deadline=None)
hypothesis.settings.load_profile("encore")

_VIRTUAL: LoopFactories = {"virtual": VirtualLoop}
_REAL: LoopFactories = {"real": asyncio.SelectorEventLoop}


def pytest_asyncio_loop_factories(item: pytest.Item) -> LoopFactories:
    return _REAL if item.get_closest_marker("real_time") else _VIRTUAL


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the database lies."""
    return tmp_path / "encore.db"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[Store]:
    """Open for the length of a test."""
    async with open_store(url_of(file)) as ready:
        yield ready
