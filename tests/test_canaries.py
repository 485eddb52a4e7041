"""The watch for leaked secrets sees what it is there for; and no error is ever logged by its `repr`."""

import ast
import logging
import re
from pathlib import Path

import pytest

from tests import ROOT
from tests.canaries import CANARIES, Watch, files_with_canaries

_SOURCES = [
    ROOT / "bot.py",
    *(p for d in ("startup", "cogs", "jobs", "musicapi") for p in (ROOT / d).rglob("*.py")),
]


@pytest.mark.parametrize("canary", CANARIES)
def test_a_leak_in_our_own_log_is_seen_although_the_filter_hides_it(canary: str) -> None:
    watch = Watch()
    watch.emit(logging.LogRecord("jobs.engine.loop", logging.INFO, __file__, 1, "all is well", (), None))
    watch.emit(logging.LogRecord("aiohttp", logging.INFO, __file__, 1, "to %s", (canary,), None))
    assert watch.leaks == []
    error = RuntimeError(f"of {canary}")
    for args, cause in (((canary,), None), (("x",), (RuntimeError, error, None))):
        watch.emit(logging.LogRecord("jobs.engine.loop", logging.INFO, __file__, 1, "to %s", args, cause))
    assert len(watch.leaks) == 2


@pytest.mark.parametrize("canary", CANARIES)
def test_a_leak_in_a_file_is_seen(tmp_path: Path, canary: str) -> None:
    (tmp_path / "a").mkdir()
    leak = tmp_path / "a" / "encore.db-wal"
    leak.write_bytes(b"\x00\xff" + canary.encode() + b"\x00")
    assert list(files_with_canaries(tmp_path)) == [str(leak)]
    leak.unlink()


@pytest.mark.parametrize("source", _SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_error_is_logged_by_its_repr(source: Path) -> None:
    """The `repr` of an aiohttp error holds the header with the key."""
    for call in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and _is_log(call.func):
            assert "%r" not in ast.unparse(call.args[0] if call.args else call)
            assert not re.search(r"repr\(|!r\}", ast.unparse(call))


def _is_log(called: ast.Attribute) -> bool:
    return isinstance(called.value, ast.Name) and called.value.id in ("log", "logger", "root", "logging")
