"""Another course of events where the store is asked for one of its queries or changes."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from jobs.store import Store

Genuine = Callable[..., Awaitable[Any]]


def intercept(patch: pytest.MonkeyPatch, asked: Callable[..., Any], instead: Genuine) -> None:
    """Call `instead(genuine, *arguments)` in place of `store.read(asked, *arguments)`, and of `write`."""
    for way in ("read", "write"):
        patch.setattr(Store, way, _intercepted(getattr(Store, way), asked, instead))


def _intercepted(genuine: Genuine, asked: Callable[..., Any], instead: Genuine) -> Genuine:
    async def run(store: Store, work: Callable[..., Any], *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - passed through
        if work is asked:
            return await instead(partial(genuine, store, work), *arguments, **options)
        return await genuine(store, work, *arguments, **options)

    return run
