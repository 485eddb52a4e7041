"""What the engine needs from outside, and the errors it understands.

`startup` joins these to the API client and to Discord. The errors are named by what the engine does
next, so each end of the wire is translated once, at the edge.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from jobs.models import (
    Attachment,
    Balance,
    Clip,
    Found,
    Job,
    OutageNotice,
    Params,
    Post,
    Reason,
    Started,
)
from jobs.models.secret import Secret


class PortError(Exception):
    """Base of what the outside may raise. `text` may quote the API and must be cleaned before it is shown."""

    def __init__(self, text: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.retry_after = retry_after


class NothingSent(PortError):
    """The call surely had no effect (no connection, or told to come back later): try again later."""


class TurnedAway(NothingSent):
    """Answered, and clearly refused for a reason that says nothing about the work: a wrong key."""


class NoKey(NothingSent):
    """There is no key to make the call with, for now."""


class AnswerLost(PortError):
    """The call may have had its effect."""


class Declined(PortError):
    """A clear no. `reason` says which."""

    def __init__(self, text: str, reason: Reason) -> None:
        super().__init__(text)
        self.reason = reason


class LinkGone(PortError):
    """The file is no longer at this link, and there is no other link to it."""


class FileTooBig(PortError):
    """The file is larger than what may be attached."""


class Undeliverable(PortError):
    """There is nowhere to post: the channel is gone or closed to us."""


class Terms(Protocol):
    """What is known beforehand of one kind of operation. Times are seconds."""

    @property
    def provider(self) -> str:
        """Who does the work."""

    @property
    def makes(self) -> str:
        """What kind of results it makes: `song`, `stem`, `wav`, `upload`, `persona` or `lyrics`."""

    @property
    def takes(self) -> Sequence[str]:
        """What it can start from: kinds of results, or operations that made them; empty for nothing."""

    @property
    def retired(self) -> bool:
        """Whether the API no longer offers it."""

    @property
    def clips(self) -> int:
        """How many results to expect."""

    @property
    def usually(self) -> float:
        """When such a job is done."""

    @property
    def poll_every(self) -> float:
        """The interval between looks."""

    @property
    def deadline(self) -> float:
        """When to stop waiting."""


class Catalogue(Protocol):
    """What can be ordered, at which price."""

    @property
    def submit_interval(self) -> float:
        """Seconds that must lie between two submits."""

    def operations(self) -> Sequence[str]:
        """All that can be ordered."""

    def terms(self, operation: str) -> Terms:
        """The terms of an operation."""

    def price(self, operation: str, params: Params) -> int:
        """Credits that it costs."""

    def check(self, operation: str, params: Params) -> tuple[str, str] | None:
        """The first parameter that is wrong, and why; None when all is well."""

    def limit(self, field: str, *, operation: str, model: str = "") -> int:
        """Characters that a text field may have with a model; the default one's where it is empty."""

    def range(self, field: str, *, operation: str) -> tuple[float, float] | None:
        """The least and the greatest value of a number; None where it is free."""

    def options(self, operation: str, field: str) -> Sequence[tuple[str, str]]:
        """What a field can be, as (name, value); empty where it is free."""

    def models(self, provider: str) -> Sequence[tuple[str, str]]:
        """The models a member can choose, as (name, id), the default first."""


class MusicApi(Protocol):
    """The music API, one attempt per call. An account stands for the key that a call is made with.

    Without a key every call but `fetch` raises NoKey, or Declined (`KEY_GONE`) where it was removed.
    """

    async def submit(self, operation: str, params: Params, account: int) -> Started:
        """Start the work. Raises NothingSent, Declined or AnswerLost."""

    async def poll(self, provider: str, task_id: str, account: int) -> Found:
        """How it is doing.

        Raises:
            Declined: The task has failed or is unknown.
            TurnedAway: The provider is well, but does not answer us.
            NothingSent: There is nothing to know now.
        """

    async def balance(self, account: int) -> Balance:
        """The account's credits. Raises NothingSent, or Declined for a wrong key."""

    async def try_key(self, key: Secret) -> Balance:
        """The credits behind a key that is not kept yet. Raises as `balance` does."""

    async def fetch(self, url: str, into: Path, *, max_bytes: int, image: bool = False) -> Path:
        """A file to disk, with the suffix of its content. Raises LinkGone, FileTooBig or NothingSent."""


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
        """The id of the card that answered the member, if it is there. Raises as `find` does."""

    async def thread(self, job: Job, name: str) -> int | None:
        """The thread that hangs on the job's card, opened where there is none; None where there can be none.

        Raises NothingSent.
        """

    async def fresh_link(self, url: str) -> str:
        """A link that works now, where it is one to a file on Discord. Raises LinkGone or NothingSent."""

    async def find(self, job: Job, post: Post) -> int | None:
        """The id of this message if it is in the channel already. Raises NothingSent or Undeliverable."""

    async def notify(self, notice: OutageNotice) -> None:
        """Send a line about the weather at a provider. Raises AnswerLost, NothingSent or Undeliverable."""


class Clock(Protocol):
    """Time, so that tests can hold it."""

    def now(self) -> float:
        """Seconds since the epoch."""

    async def wait(self, wake: asyncio.Event, seconds: float | None) -> None:
        """Return when `wake` is set or the seconds are over; None waits for `wake` alone."""
