"""Protocols of the outside world: the API's client, a vault, the channel, time.

The music API uses the models and errors of `musicapi`. Discord's errors are translated at the edge into those
here, named after the engine's next step.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from jobs.models import Attachment, Card, Clip, Job, OutageNotice, Post
from jobs.models.jam import Jam, JamPost
from jobs.models.jams.album import Album
from jobs.models.jams.figures import JamFigures
from jobs.secret import Secret
from musicapi import Credits, Params, Submission, TaskStatus, Webhook

# Only Linux has one; elsewhere a machine that sleeps is not noticed, a process that is stopped is.
_BOOT: int | None = getattr(time, "CLOCK_BOOTTIME", None)


class PortError(Exception):
    """Base of Discord's errors."""

    def __init__(self, text: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.retry_after = retry_after


class NothingSent(PortError):
    """It surely had no effect (no connection, or rate limited): try again later."""


class ChannelLimited(NothingSent):
    """The channel takes nothing more for a while, whatever it is."""


class AnswerLost(PortError):
    """It may have had an effect."""


class LinkGone(PortError):
    """The file is no longer at this link, and there is no other."""


class FilesRefused(PortError):
    """The channel takes no message with these files; without them it may."""


class FileTooBig(FilesRefused):
    """One of the files, or all together, are larger than attachments may be."""


class Undeliverable(PortError):
    """There is nowhere to post: the channel is gone, or closed to the bot."""


class MusicClient(Protocol):
    """A client of the music API with one key: one attempt a call; each raises `MusicApiError`."""

    async def submit(
        self, operation: str, params: Params, webhook: Webhook | None, last_check: Callable[[], None]
    ) -> Submission:
        """Start a task; `last_check` is called right before anything is sent, and may raise."""

    async def poll(self, provider: str, task_id: str) -> TaskStatus: ...

    async def credits(self) -> Credits: ...

    def keyed(self, key: str) -> "MusicClient":
        """Make a client with another key and the same connections."""


class Downloader(Protocol):
    async def fetch(self, url: str, into: Path, *, max_bytes: int, image: bool = False) -> Path:
        """Save a file with the suffix of its content. Raises `DownloadFailed`."""

    async def works(self, url: str) -> bool:
        """Whether a link gives something now."""


class Vault(Protocol):
    """Seals keys for the store."""

    @property
    def ready(self) -> bool:
        """Whether anything can be sealed."""

    def seal(self, key: Secret) -> str:
        """Encrypt. Raises NoKey if nothing can be sealed."""

    def open(self, sealed: str) -> Secret | None:
        """Decrypt; None if it was sealed with another secret."""


class Outbox(Protocol):
    async def ready(self) -> object:
        """Return once something can be sent. Raises NothingSent while nothing can."""

    async def post(self, job: Job, post: Post, results: Sequence[Clip], files: Sequence[Attachment]) -> int:
        """Send one message about some of a job's results, which `post` names; its id.

        Raises:
            AnswerLost: It may be there.
            NothingSent: It is surely not there; try later.
            FilesRefused: Discord will never take the files; FileTooBig if fewer may do.
            Undeliverable: There is nowhere to post.
        """

    async def copy(self, job: Job, post: Post) -> None:
        """Send a message of a delivery to the requester as well. Raises as `post` does."""

    async def tell_late(self, job: Job, until: float) -> None:
        """Say on the card that the files are late, and until when they are asked for. Never raises."""

    async def show_card(self, job: Job, card: Card) -> None:
        """Make the job's card show how it is now, if there is room for that beside everything else.

        Raises as `post` does; Undeliverable also where it is gone. An answer that was lost does no harm.
        """

    async def edit(self, job: Job, post: Post) -> None:
        """Change news that are in the channel to what is true now; those deleted since are left alone.

        Raises as `post` does; an answer that was lost does no harm.
        """

    async def find_card(self, job: Job) -> int | None:
        """Find the id of the card that the member was shown. Raises as `find` does."""

    async def thread(self, job: Job, name: str) -> int | None:
        """Find or open the thread of the job's card; None if it can have none. Raises NothingSent."""

    async def fresh_link(self, url: str) -> str:
        """Renew a link if it is to a file on Discord. Raises LinkGone or NothingSent."""

    async def find(self, job: Job, post: Post) -> int | None:
        """Find the id of this message in the channel. Raises NothingSent or Undeliverable."""

    async def notify(self, notice: OutageNotice) -> None:
        """Raises AnswerLost, NothingSent or Undeliverable."""

    async def names(self, guild_id: int, user_ids: Collection[int]) -> Mapping[int, str]:
        """What members are called, of those whose names can be had. Raises NothingSent."""

    def papers(
        self, album: Album, names: Mapping[int, str], files: Mapping[int, str], cover: str
    ) -> Mapping[str, str]:
        """Write what goes into an album beside its tracks and its cover, by the names of the files."""


class JamOutbox(Protocol):
    """The messages of jams. Each raises as `Outbox.post` does."""

    async def say(self, jam: Jam, post: JamPost, figures: JamFigures, files: Sequence[Attachment]) -> int:
        """Send one message with its sound; its id."""

    async def find(self, jam: Jam, post: JamPost) -> int | None:
        """Find the id of this message in the channel."""

    async def edit(self, jam: Jam, post: JamPost, figures: JamFigures) -> None:
        """Change a message to what is true now; one that is gone is left alone."""

    async def delete(self, jam: Jam, post: JamPost) -> None:
        """Take a message out of the channel; one that is gone is gone."""


class Speakers(Protocol):
    """Voice channels, one call a server."""

    async def play(self, guild_id: int, channel_id: int, file: Path) -> float:
        """Play a file in place of what plays there, in a call that begins if need be; its length in seconds.

        Raises:
            NothingSent: Not yet.
            FilesRefused: This file cannot be played.
            Undeliverable: There can be no call.
        """

    async def hush(self, guild_id: int) -> None:
        """Play nothing, and stay."""

    async def leave(self, guild_id: int) -> None:
        """End the call of a server, if there is one."""


class JamCalendar(Protocol):
    """Scheduled events of jams on Discord. Each raises as `Outbox.post` does, but for files."""

    async def make(self, jam: Jam, panel_id: int, starts: float, ends: float) -> int:
        """Make an event that leads to the panel of a jam; its id."""

    async def find(self, jam: Jam, panel_id: int) -> int | None:
        """Find the event that leads to this panel, whoever knows of it."""

    async def move(self, jam: Jam, event_id: int, starts: float | None, ends: float) -> bool:
        """Change when an event ends and, before it begins, when it does; False where it is gone or over."""

    async def end(self, jam: Jam, event_id: int) -> None:
        """End an event, or cancel one that has not begun; one that is gone or over is left alone."""

    async def tell_host(self, jam: Jam, *, made: bool) -> None:
        """Tell the host alone that there is no event, or that it is not kept right. Never raises."""


class Clock:
    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def since_boot(self) -> float:
        """Seconds of a clock that nobody sets, and that goes on while process or machine are suspended."""
        return time.clock_gettime(_BOOT) if _BOOT is not None else time.monotonic()

    async def wait(self, wake: asyncio.Event, seconds: float | None) -> None:
        """Return when `wake` is set or the seconds are over; None for no limit."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None if seconds is None else max(seconds, 0.0)):
                await wake.wait()
