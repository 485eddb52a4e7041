"""A sandbox in a process of its own, and its page in a real browser."""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Without these the browser tries to phone home, which a closed network answers with many errors.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def mode() -> str:
    """How the sandbox is started."""
    return "--or-sandbox"


@pytest.fixture
def told() -> list[bytes]:
    """What the sandbox has said on the terminal, once it has ended."""
    return []


@pytest.fixture
async def address(tmp_path: Path, mode: str, told: list[bytes]) -> AsyncIterator[str]:
    """A sandbox in a process of its own, as `make run` starts it; its address."""
    environment = {name: value for name, value in os.environ.items() if name != "DISCORD_TOKEN"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "bot.py"), mode,
        cwd=tmp_path, env={**environment, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(180):
            line = b"\n"
            while not (found := re.search(rb"http://\S+", line)):
                assert line, "it has ended"  # at the end a line is there at once, so no time-out would come
                line = await process.stdout.readline()
        yield found[0].decode()
    finally:
        if process.returncode is None:
            process.terminate()
        told.append((await process.communicate())[0])
    assert process.returncode == 0


@pytest.fixture
async def page(address: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        opened = await browser.new_page(viewport={"width": 1280, "height": 1500})
        opened.set_default_timeout(PATIENCE_MS)
        await opened.goto(address)
        yield opened
        await browser.close()
