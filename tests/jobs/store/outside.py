"""What surrounds the database: another process that has it open, and a user with fewer rights."""

import asyncio
import os
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from tests import ROOT
from tests.jobs.shelf import url_of

_NOBODY = 65534

_HOLD = """
import asyncio, sys
from jobs.store import open_store

async def hold():
    async with open_store(sys.argv[1]):
        print("open", flush=True)
        await asyncio.Event().wait()

asyncio.run(hold())
"""


@asynccontextmanager
async def another_process(file: Path) -> AsyncIterator[Process]:
    """A process that has the store open."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _HOLD, url_of(file), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"open\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@contextmanager
def folder_for_anybody() -> Iterator[Path]:
    """A folder that every user reaches, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        try:
            yield folder
        finally:
            folder.chmod(0o700)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Without the rights of root, to whom every file is open."""
    if not hasattr(os, "geteuid"):
        pytest.skip("this system has no such rights")
    if os.geteuid() != 0:
        yield
        return
    try:
        os.setegid(_NOBODY)
        os.seteuid(_NOBODY)
    except OSError as error:
        os.setegid(0)
        pytest.skip(f"this root cannot become anybody else: {error}")
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
