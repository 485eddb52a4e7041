"""Why something is not done: a type for each reason, with what its sentence needs.

`cogs/text/rejection_messages.py` has the sentences; mypy refuses it while one is missing.
"""

from dataclasses import dataclass
from enum import Enum, auto

from jobs.models.clip import Clip
from jobs.models.quota import Use


class Denied(Enum):
    """Reasons that need no further facts."""

    NOT_A_MODERATOR = auto()
    NOT_THE_OWNER = auto()
    BLOCKED = auto()
    UNKNOWN_CHANNEL = auto()  # discord.py does not know its kind, so nobody knows where to post
    OPERATION_GONE = auto()  # an old button or draft asks for what the profile has lost
    ORDERED_ALREADY = auto()
    BALANCE_UNKNOWN = auto()  # and the owner wants to be sure
    PERSONA_UNKNOWN = auto()
    MESSAGE_WITHOUT_CLIP = auto()
    MESSAGE_ELSEWHERE = auto()
    UNKNOWN_TIMEZONE = auto()
    UNKNOWN_FAMILY = auto()
    THRESHOLDS_UNREADABLE = auto()
    MEMBER_AND_ROLE = auto()


class KeyProblem(Enum):
    """What is wrong with the key that pays, or that was given."""

    NONE = auto()  # the server has none, and the bot's own is not lent
    UNREADABLE = auto()  # sealed with another SECRET_KEY
    CHANGED = auto()  # the job began with another one
    MALFORMED = auto()
    WRONG = auto()
    UNCHECKED = auto()  # the API does not say now
    NO_SECRET = auto()  # none can be kept


@dataclass(frozen=True, slots=True)
class MissingPermissions:
    """The bot could not deliver here, as it lacks these, in Discord's words."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChannelClosed:
    """The bot could not post in a channel that a moderator chose, as it lacks these."""

    channel_id: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrongChannel:
    """The command is for these channels."""

    allowed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MissingRole:
    """The command is for members with one of these roles."""

    allowed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TooManyJobs:
    """The member has as many under way as the server allows."""

    under_way: int


@dataclass(frozen=True, slots=True)
class QuotaUsedUp:
    """What is asked for does not fit into a quota; `until` is None where it never will."""

    use: Use
    asked: int
    until: float | None


@dataclass(frozen=True, slots=True)
class DailyCapReached:
    """The owner's cap does not cover it; `until` is None where no day's does."""

    until: float | None


@dataclass(frozen=True, slots=True)
class NotEnoughCredits:
    """The balance does not cover it; `shown` says whether members may read the figures."""

    price: int
    left: int
    reserved: int
    shown: bool


@dataclass(frozen=True, slots=True)
class Retired:
    """The API no longer offers it; with this model, and until it is asked again, where these are known."""

    operation: str
    model: str = ""
    until: float | None = None


@dataclass(frozen=True, slots=True)
class WrongProvider:
    """The clip is another provider's."""

    found: str
    needed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrongKind:
    """The operation starts from other kinds of results."""

    found: str
    needed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NothingUsable:
    """The message holds no result of the kinds that are needed; of any, where none are named."""

    needed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StillRunning:
    """The message's job has no results yet."""

    job_id: int


@dataclass(frozen=True, slots=True)
class SeveralClips:
    """The message holds more than one that would do."""

    clips: tuple[Clip, ...]


@dataclass(frozen=True, slots=True)
class WrongInput:
    """A parameter is wrong: `reason` continues a sentence that begins with its name."""

    field: str
    reason: str
    operation: str = ""


@dataclass(frozen=True, slots=True)
class ListFull:
    """No more than this many can be kept."""

    most: int


Rejection = (
    Denied
    | KeyProblem
    | MissingPermissions
    | ChannelClosed
    | WrongChannel
    | MissingRole
    | TooManyJobs
    | QuotaUsedUp
    | DailyCapReached
    | NotEnoughCredits
    | Retired
    | WrongProvider
    | WrongKind
    | NothingUsable
    | StillRunning
    | SeveralClips
    | WrongInput
    | ListFull
)


class Rejected(Exception):
    """Something is not done, and nothing was spent on it."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection)
        self.rejection = rejection
