"""Messages to channels."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from jobs.models.credit import OWN_ACCOUNT
from jobs.models.job import Job
from jobs.models.library import Place


class Planned(NamedTuple):
    """A message to be noted. See `Post`."""

    seq: int
    nonce: str
    attached: tuple[int, ...] = ()
    linked: tuple[int, ...] = ()
    lost: tuple[int, ...] = ()
    failed: tuple[int, ...] = ()
    missing: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One message of a delivery, noted before it is sent.

    Attributes:
        seq: Its position among the messages of this round, from 0.
        nonce: Discord folds repeats by it; hidden in the buttons too, so that history can be searched for it.
        attached, linked: Positions of the clips sent as files and as links, in order.
        lost: Positions of results of which it says that their files cannot be had.
        failed: Positions of results of which it says that they failed.
        missing: Positions of results that were not there when it was planned; None for a message that only
            goes on with what the one before began.
        first_try_at: When the first attempt that may have landed was about to leave.
        message_id: None until the message is known to be in the channel.
        reply_to: The first message of the round, for those that came later.
        channel_id: Where it is, once it is there.
    """

    id: int
    job_id: int
    round: int
    seq: int
    nonce: str
    attached: tuple[int, ...] = ()
    linked: tuple[int, ...] = ()
    lost: tuple[int, ...] = ()
    failed: tuple[int, ...] = ()
    missing: tuple[int, ...] | None = None
    first_try_at: float | None = None
    message_id: int | None = None
    reply_to: int | None = None
    channel_id: int | None = None

    @property
    def said(self) -> tuple[int, ...]:
        """The positions of the good results that it holds."""
        return (*self.attached, *self.linked)


@dataclass(frozen=True, slots=True)
class Zipped:
    """A job that posts zips; `place` is where they are already, None while they are on their way."""

    job: Job
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on its way to the channel; `position` is its clip's, None for the cover."""

    name: str
    path: Path
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What a job's card shows besides the job.

    Attributes:
        usually: Seconds that such jobs usually take.
        results_in: The channel in which its results will be; None for that of the card.
        turn_in: Seconds until it begins, about; None for one that need not wait, or has begun.
        ahead: How many jobs begin before it.
        struggling: Whether it waits because its provider does not answer.
        message_id: The first message with its results or news; None where there is none.
        model: The name of the model that the order, or a default of its member, names; empty for none.
    """

    usually: float = 0.0
    results_in: int | None = None
    turn_in: float | None = None
    ahead: int = 0
    struggling: bool = False
    message_id: int | None = None
    model: str = ""

    @property
    def shows(self) -> str:
        """What it shows of a job that has not begun: it is put right when the place has halved."""
        if self.turn_in is None:
            return "making"
        return f"waiting {'?' if self.struggling else self.ahead.bit_length()}"


@dataclass(frozen=True, slots=True)
class OutageNotice:
    """A line to a channel about a provider's outage, noted before it is sent.

    Attributes:
        nonce: Discord folds repeats by it.
        back: It says that the provider is back; otherwise that it is struggling.
        first_try_at: When the first attempt was about to leave; None if that surely failed.
        told: Nothing is left to send; named as in stored rows.
        account: The key with which the server waits for the provider.
    """

    provider: str
    guild_id: int
    channel_id: int
    nonce: str
    back: bool = False
    first_try_at: float | None = None
    told: bool = False
    account: int = OWN_ACCOUNT
