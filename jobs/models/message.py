"""What goes into channels."""

from dataclasses import dataclass
from pathlib import Path

from jobs.models.credit import OWN_ACCOUNT


@dataclass(frozen=True, slots=True)
class Post:
    """One message of a delivery, noted before it is sent.

    Attributes:
        seq: Its position among the messages of this round, from 0.
        nonce: Sent with the message and hidden in its buttons; Discord folds repeats by it, and history
            is searched for it.
        attached: Positions of the clips that go as files, in order.
        linked: Positions of the clips that go as links.
        first_try_at: When the first attempt that may have landed was about to leave; None before it.
        message_id: The message in the channel; None until it is known to be there.
    """

    id: int
    job_id: int
    round: int
    seq: int
    nonce: str
    attached: tuple[int, ...] = ()
    linked: tuple[int, ...] = ()
    first_try_at: float | None = None
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on its way to the channel; `position` is its clip's, None for the cover."""

    name: str
    path: Path
    position: int | None = None


@dataclass(frozen=True, slots=True)
class OutageNotice:
    """A line to a channel about an outage at a provider, noted before it is sent.

    Attributes:
        account: With whose key the channel's server waits for the provider.
        back: It says that the provider is back; else that it is struggling.
        nonce: Sent with the message; Discord folds repeats by it.
        first_try_at: When the first attempt was about to leave; None before it, and when it surely failed.
        told: Nothing is left to be sent.
    """

    provider: str
    guild_id: int
    channel_id: int
    nonce: str
    back: bool = False
    first_try_at: float | None = None
    told: bool = False
    account: int = OWN_ACCOUNT
