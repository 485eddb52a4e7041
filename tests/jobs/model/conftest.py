"""For all models of what may go wrong."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """What goes wrong here is on purpose; thousands of tracebacks tell nobody anything."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
