"""What the engine needs from outside: the API's client, a vault, the channel, time.

The music API speaks for itself, in the models and errors of `musicapi`. Discord's errors are translated at
the edge into those here, which are named by what the engine does next.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from jobs.models import Attachment, Clip, Job, OutageNotice, Post
from jobs.secret import Secret
from musicapi import Credits, Params, Submission, TaskStatus


class PortError(Exception):
    """Base of what Discord's end may raise."""

    def __init__(self, text: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.retry_after = retry_after


class NothingSent(PortError):
    """It surely had no effect (no connection, or asked to come back later): try again later."""


class AnswerLost(PortError):
    """It may have had its effect."""


class LinkGone(PortError):
    """The file is no longer at this link, and there is no other link to it."""


class FileTooBig(PortError):
    """The file is larger than what may be attached."""


class Undeliverable(PortError):
    """There is nowhere to post: the channel is gone or closed to us."""


class MusicClient(Protocol):
    """The client of the music API with one key; one attempt a call, of which each raises `MusicApiError`."""

    async def submit(self, operation: str, params: Params) -> Submission:
        """Start the work."""

    async def poll(self, provider: str, task_id: str) -> TaskStatus:
        """How a task is doing."""

    async def credits(self) -> Credits:
        """The balance behind the key."""

    def keyed(self, key: str) -> "MusicClient":
        """The same with another key."""


class Downloader(Protocol):
    """Fetches the files of results."""

    async def fetch(self, url: str, into: Path, *, max_bytes: int, image: bool = False) -> Path:
        """A file to disk, with the suffix of its content. Raises `DownloadFailed`."""


class Vault(Protocol):
    """Seals keys for the store."""

    @property
    def ready(self) -> bool:
        """Whether anything can be sealed."""

    def seal(self, key: Secret) -> str:
        """Encrypt. Raises NoKey where nothing can be."""

    def open(self, sealed: str) -> Secret | None:
        """Decrypt; None for what was sealed otherwise."""


class Outbox(Protocol):
    """The channel, as far as delivery needs it."""

    async def post(self, job: Job, post: Post, clips: Sequence[Clip], files: Sequence[Attachment]) -> int:
        """Send one message about these results, with these files; its id.

        Raises:
            AnswerLost: It may be there.
            NothingSent: It is surely not there; try later.
            FileTooBig: Discord takes the files neither now nor later.
            Undeliverable: There is nowhere to post.
        """

    async def find_card(self, job: Job) -> int | None:
        """The id of the card that the member was shown, if it is there. Raises as `find` does."""

    async def thread(self, job: Job, name: str) -> int | None:
        """The thread that hangs on the job's card, opened where there is none; None where there can be none.

        Raises NothingSent.
        """

    async def fresh_link(self, url: str) -> str:
        """A link that works now, where it is one to a file on Discord. Raises LinkGone or NothingSent."""

    async def find(self, job: Job, post: Post) -> int | None:
        """The id of this message if it is in the channel already. Raises NothingSent or Undeliverable."""

    async def notify(self, notice: OutageNotice) -> None:
        """Send a line about an outage at a provider. Raises AnswerLost, NothingSent or Undeliverable."""


class Clock:
    """Time as it passes; tests may hold it."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    async def wait(self, wake: asyncio.Event, seconds: float | None) -> None:
        """Return when `wake` is set or the seconds are over; None waits for `wake` alone."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None if seconds is None else max(seconds, 0.0)):
                await wake.wait()
