"""Why something is refused: a type for each reason, with the facts that its sentence needs.

`cogs/text/rejection_messages.py` has a sentence for each.
"""

from dataclasses import dataclass
from enum import Enum, auto

from jobs.models.clip import Clip
from jobs.models.quota import Use
from jobs.models.rules import Block


class Denied(Enum):
    """Reasons that need no further facts."""

    NOT_A_MODERATOR = auto()
    NOT_THE_OWNER = auto()
    UNKNOWN_CHANNEL = auto()  # discord.py does not know its kind
    SERVER_UNKNOWN = auto()  # Discord has not told of its channels yet
    OPERATION_GONE = auto()  # an old button or draft names an operation that the profile lost
    ORDERED_ALREADY = auto()
    BALANCE_UNKNOWN = auto()  # and the owner requires it
    PERSONA_UNKNOWN = auto()
    CLIP_UNKNOWN = auto()
    MESSAGE_WITHOUT_CLIP = auto()
    MESSAGE_ELSEWHERE = auto()
    UNKNOWN_TIMEZONE = auto()
    UNKNOWN_FAMILY = auto()
    THRESHOLDS_UNREADABLE = auto()
    NO_ALERT_CHANNEL = auto()
    NO_LOG_CHANNEL = auto()
    WORDS_UNREADABLE = auto()


class KeyProblem(Enum):
    NONE = auto()  # the server has none and may not use the bot's own
    UNREADABLE = auto()  # sealed with another SECRET_KEY
    CHANGED = auto()  # the job began with another one
    MALFORMED = auto()
    WRONG = auto()
    UNCHECKED = auto()  # the API does not answer now
    NO_SECRET = auto()  # no key can be kept


class JamProblem(Enum):
    GONE = auto()  # no such jam, or another server's
    WHICH = auto()  # several run here, or none
    NOT_BEGUN = auto()
    NOT_THERE = auto()  # its host does not see that channel, or may not write in it
    SONG_OR_PERSONA = auto()  # not both
    OVER = auto()  # entries are taken no more
    WAY = auto()  # entries are not made like that
    KEPT_OUT = auto()  # by a moderator
    SHARE = auto()  # the member has used all tries
    FULL = auto()  # as many members have entered as a gallery has room for
    POT = auto()  # it does not hold as much
    NOT_A_HOST = auto()
    NOT_YOURS = auto()  # only its host and moderators decide about it
    POT_TOO_LARGE = auto()
    POT_TOO_SMALL = auto()  # for one song, or one turn
    TOO_MANY = auto()  # jams that run
    TIME_UNREADABLE = auto()
    TIME_OUT_OF_BOUNDS = auto()
    MOVED_MEANWHILE = auto()
    NO_VOTE = auto()  # not yet, or no longer
    OWN = auto()
    NO_ENTRY = auto()
    TOO_MANY_PICKS = auto()
    JOINED_LATER = auto()  # than the vote began
    ACCOUNT_TOO_NEW = auto()
    NOTHING_TO_ENTER = auto()  # no such take, or it is out of the jam
    NOT_OVER = auto()  # there is no result yet
    NOTHING_TO_HEAR = auto()
    NO_WAY = auto()  # the API offers nothing by which an entry could be made
    NO_BRANCH = auto()  # that was withdrawn, removed, or is not settled yet
    ONE_SONG = auto()  # there is nothing to play one after the other
    PARTY_HERE = auto()  # one plays in this channel
    PARTY_OVER = auto()  # nothing is to come after that song
    PARTY_TIME = auto()  # too short or too long between two songs
    TURN = auto()  # it is somebody else's, or nobody's now
    SONG_WENT_ON = auto()  # the form began from an older end of it
    STALLED = auto()  # the account cannot pay, and its host was told
    IN_A_ROW = auto()  # not before somebody else
    JOINED = auto()
    NOT_JOINED = auto()
    TOO_FEW = auto()  # members to begin
    BUILT_ON = auto()  # others went on from it
    NO_VOICE = auto()  # the extra for it is not installed
    CALL_HERE = auto()  # one is on in this server
    NOT_WINNER = auto()
    NOT_LENT = auto()  # no winner lets contests sing with their persona


@dataclass(frozen=True, slots=True)
class JamRefused:
    """`until` is a moment and `number` a figure that the sentence needs."""

    problem: JamProblem
    jam_id: int = 0
    until: float = 0.0
    number: int = 0


@dataclass(frozen=True, slots=True)
class MissingPermissions:
    """The bot lacks these to deliver here, in Discord's words."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChannelClosed:
    """The bot lacks these to post in the channel that a moderator chose."""

    channel_id: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrongChannel:
    allowed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MissingRole:
    allowed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Blocked:
    block: Block


@dataclass(frozen=True, slots=True)
class ForbiddenWord:
    """The field of an order holds what the server's moderators do not want."""

    field: str
    word: str
    operation: str


@dataclass(frozen=True, slots=True)
class TooManyJobs:
    under_way: int


@dataclass(frozen=True, slots=True)
class QuotaUsedUp:
    """`until` is None if the order never fits into the quota."""

    use: Use
    asked: int
    until: float | None


@dataclass(frozen=True, slots=True)
class DailyCapReached:
    """`until` is None if the price exceeds a whole day's cap."""

    until: float | None


@dataclass(frozen=True, slots=True)
class NotEnoughCredits:
    """`shown` says whether members may see the figures."""

    price: int
    left: int
    reserved: int
    shown: bool


@dataclass(frozen=True, slots=True)
class Retired:
    """The API no longer offers it, perhaps with this model only; `until` it is tried again."""

    operation: str
    model: str = ""
    until: float | None = None


@dataclass(frozen=True, slots=True)
class WrongProvider:
    found: str
    needed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrongKind:
    found: str
    needed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NothingUsable:
    """The message holds no result of the needed kinds, or none at all if no kinds are named."""

    needed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StillRunning:
    job_id: int


@dataclass(frozen=True, slots=True)
class SeveralClips:
    """One of them must be named: those of a message, or those that a typed name fits."""

    clips: tuple[Clip, ...]
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class WrongInput:
    """`reason` continues a sentence that begins with the field's name."""

    field: str
    reason: str
    operation: str = ""


@dataclass(frozen=True, slots=True)
class ListFull:
    most: int


@dataclass(frozen=True, slots=True)
class WrongTarget:
    """Whom a quota is for does not fit what is named: an option is missing, or does not belong there."""

    who: str
    needed: str
    surplus: tuple[str, ...]


Rejection = (
    Denied
    | KeyProblem
    | JamRefused
    | MissingPermissions
    | ChannelClosed
    | WrongChannel
    | MissingRole
    | Blocked
    | ForbiddenWord
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
    | WrongTarget
)


class Rejected(Exception):
    """Refused; nothing was spent."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection)
        self.rejection = rejection
