"""The bot as a child process: its environment, its start, its death."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.waiting import DEADLINE, WaitError

HOOK = Path(__file__).parent / "hook"
# What a process needs to run at all; no setting of the developer's own bot slips through.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "COVERAGE_PROCESS_CONFIG")
_SHOWN = 4_000


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def child_environment(
    discord_: FakeDiscord, *, ready_timeout: float = 0.25, **settings: str
) -> dict[str, str]:
    """Return the environment in which an unchanged bot talks to the fake.

    Args:
        discord_: The fake, already listening.
        ready_timeout: Seconds that discord.py waits after the last guild before `on_ready`; its own is 2.0.
        settings: The bot's own environment variables; DISCORD_TOKEN is right unless it is among them.
    """
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return inherited | {
        "PYTHONPATH": str(HOOK),
        "PYTHONUNBUFFERED": "1",
        "ENV_FILE": os.devnull,  # no `.env` of the developer's own bot slips in
        "FAKE_DISCORD_URL": discord_.base_url,
        "FAKE_DISCORD_READY_TIMEOUT": str(ready_timeout),
        "DISCORD_TOKEN": discord_.settings.token,
        **settings,
    }


class Child:
    """One Python script in a process of its own; leaving the `async with` kills it if it still runs.

    Both its output streams go to the file `log`.
    """

    def __init__(
        self, script: Path, *arguments: str, environment: dict[str, str], log: Path, cwd: Path | None = None
    ) -> None:
        self._command = (str(script), *arguments)
        self._environment = environment
        self._cwd = cwd
        self.log = log
        self._process: asyncio.subprocess.Process | None = None

    @property
    def process(self) -> asyncio.subprocess.Process:
        """The running or ended process."""
        if self._process is None:
            raise RuntimeError("the child was not started")
        return self._process

    async def __aenter__(self) -> Self:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._command,
                env=self._environment,
                cwd=self._cwd,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.kill()
        if exception is not None:
            exception.add_note(f"the child's last words:\n{self.output()[-_SHOWN:]}")

    def output(self) -> str:
        """Return everything that the child has printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    async def kill(self) -> None:
        """End it at once with SIGKILL, if it runs, and wait until it is gone."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    async def stop(self, *, deadline: float = DEADLINE) -> int:
        """Ask it to end with SIGTERM and return its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self.ended(deadline=deadline)

    async def ended(self, *, deadline: float = DEADLINE) -> int:
        """Return its exit code once it has ended by itself."""
        try:
            async with asyncio.timeout(deadline):
                return await self.process.wait()
        except TimeoutError:
            output = self.output()[-_SHOWN:]
            raise WaitError(f"the child did not end within {deadline:g} s:\n{output}") from None
