"""What is passed around: frozen, without I/O. Times are seconds since the epoch, UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from jobs.quota import Quota
from jobs.states import JobState

Params = Mapping[str, Any]

# The account of the bot's own key; each key that servers gave has a number of its own.
OWN_ACCOUNT = 0


@dataclass(frozen=True, slots=True)
class Order:
    """What a member asks for.

    Attributes:
        operation: The name of the operation in the profile, such as `suno.create`.
        params: Its parameters, as JSON-able values.
        summary: What was asked, in a few of the member's own words; shown in lists.
        source_clip_id: The clip that the operation starts from; empty where there is none.
    """

    operation: str
    params: Params
    summary: str
    source_clip_id: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a command came from, and what holds there.

    Attributes:
        upload_limit: Bytes that one file may have in this channel, as Discord says it.
        missing_permissions: What the bot lacks to deliver here, in Discord's words; empty when all is well.
        role_ids: The member's roles.
        parent_id: The channel that a thread belongs to; 0 for a channel.
    """

    guild_id: int
    channel_id: int
    user_id: int
    upload_limit: int
    missing_permissions: tuple[str, ...] = ()
    role_ids: tuple[int, ...] = ()
    parent_id: int = 0


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What the moderators of a server have chosen. The defaults hold until they do.

    Attributes:
        threads: Whether each song gets a thread, in which it and all that is made from it is posted.
        channels: Where each family of commands may be used, `any` for the rest; nothing for everywhere.
        roles: Who may use it, likewise; nothing for everyone.
        in_flight: Jobs that one member may have under way; 0 for any number.
        confirm_from: The price from which a member is asked first; 0 for never.
        balance_for_all: Whether members see the balance, or moderators only.
        timezone: Whose calendar "today" is of.
        alert_channel: Where a low balance is told; None for nowhere.
        alert_at: Credits below which it is told, once per crossing.
        blocked: Members who may order nothing.
        exempt_roles: Roles whose members have no quota but their own and the server's.
    """

    threads: bool = False
    channels: Mapping[str, Sequence[int]] = field(default_factory=dict)
    roles: Mapping[str, Sequence[int]] = field(default_factory=dict)
    in_flight: int = 0
    confirm_from: int = 0
    balance_for_all: bool = True
    timezone: str = "UTC"
    alert_channel: int | None = None
    alert_at: tuple[int, ...] = (100, 20)
    blocked: tuple[int, ...] = ()
    exempt_roles: tuple[int, ...] = ()
    quotas: tuple[Quota, ...] = ()


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What the one who runs the bot has chosen for all servers.

    Attributes:
        daily_cap: Credits a day (UTC) that the bot's own key may spend over all servers; None for no cap.
        balance_required: Whether orders are refused while the balance cannot be read.
        own_key_for: Servers that may use the bot's own key; None for all.
    """

    daily_cap: int | None = None
    balance_required: bool = False
    own_key_for: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that was changed: by whom, from what, to what; values as JSON has them."""

    user_id: int
    name: str
    before: Any
    after: Any
    at: float


# In the place of a card's id: the member was answered, but there is no message to reply to.
NO_CARD = 0


@dataclass(frozen=True, slots=True)
class ServerKey:
    """Which key a server gave: by its number, who gave it, when. Never the key itself."""

    guild_id: int
    account: int
    user_id: int
    given_at: float


class Reason(StrEnum):
    """Why a job ended badly or is held. `cogs/messages.py` has the sentence for each."""

    NONE = ""
    INPUT = "input"  # the API does not accept the request
    CONTENT = "content"  # moderation refused it
    KEY = "key"  # the API key is wrong or expired
    CREDITS = "credits"  # the balance does not cover it
    RETIRED = "retired"  # the endpoint no longer exists
    REFUSED = "refused"  # refused for another reason
    UNREACHABLE = "unreachable"  # the API could not be reached in time; nothing was sent
    TASK = "task"  # the API took the task, and it failed
    FORGOTTEN = "forgotten"  # the API no longer knows the task
    DEADLINE = "deadline"  # we stopped waiting
    EXPIRED = "expired"  # it waited for its turn for too long
    LOST_ANSWER = "lost_answer"  # paid or not: other jobs could explain the balance
    LOST_BALANCE = "lost_balance"  # paid or not: the balance could not be read
    LOST_TASK = "lost_task"  # the balance shows that it was paid, but the task id is lost
    LINK = "link"  # the file that was to be uploaded is no longer there
    CHANNEL = "channel"  # the channel is gone or closed to us
    KEY_GONE = "key_gone"  # the server's own key, with which it began, was removed
    INTERNAL = "internal"  # our own error


@dataclass(frozen=True, slots=True)
class Job:
    """One member's request, from acceptance to delivery: a row of the table `job`.

    Attributes:
        state_at: When the job came into its state.
        due_at: When the engine must next act on it; None when it need not.
        deadline_at: When waiting in this state ends.
        tries: What has gone wrong in this state so far.
        looks: How often the task was looked at.
        balance_before: Credits just before the submit, None where the API did not say.
        submit_at: When the paid call was about to leave, just before the balance was read.
        answered_at: When its outcome was known.
        lost_credits: What earlier calls, whose answers were lost, may have cost.
        round: How often delivery was asked for: 0, and one more with every "send again".
        card_message_id: The card that answered the member; NO_CARD where none can be replied to, None as long
            as nobody knows whether the member has been answered.
        thread_id: The thread in which its results are posted; None for the channel itself.
        account: Whose key pays: `OWN_ACCOUNT`, or the number of a key that a server gave.
    """

    id: int
    guild_id: int
    channel_id: int
    user_id: int
    operation: str
    provider: str
    params: Params
    summary: str
    source_clip_id: str
    price: int
    state: JobState
    state_at: float
    created_at: float
    upload_limit: int
    due_at: float | None = None
    deadline_at: float | None = None
    tries: int = 0
    looks: int = 0
    task_id: str = ""
    card_message_id: int | None = None
    balance_before: int | None = None
    submit_at: float | None = None
    answered_at: float | None = None
    reason: Reason = Reason.NONE
    reason_text: str = ""
    refunded: bool = False
    lost_credits: int = 0
    round: int = 0
    told_at: float | None = None
    finished_at: float | None = None
    thread_id: int | None = None
    account: int = OWN_ACCOUNT

    @property
    def order(self) -> Order:
        """What the member asked for, to be asked once more."""
        return Order(self.operation, self.params, self.summary, self.source_clip_id)


@dataclass(frozen=True, slots=True)
class Clip:
    """One result of a job. Most are audio; an upload, a persona and lyrics are results as well.

    Attributes:
        position: Its place among the results of the job, from 0.
        clip_id: The API's id: of the clip, or of the persona; empty for lyrics.
        kind: What it is: `song`, `stem`, `wav`, `upload`, `persona` or `lyrics`.
        part: What part of the song it is ("Drums"); empty for a whole one.
        duration: Seconds, or None.
        error: Why this one failed; empty when it did not.
        audio_url: Where the file is at the provider; links there can expire. Empty where there is none.
        parent_clip_id: What it was made from.
        provider: Whose it is, and `operation`: what made it. Both are its job's; known when it is read.
    """

    job_id: int
    position: int
    clip_id: str
    kind: str
    title: str
    part: str = ""
    model: str = ""
    duration: float | None = None
    lyrics: str = ""
    tags: str = ""
    audio_url: str = ""
    image_url: str = ""
    parent_clip_id: str = ""
    error: str = ""
    created_at: float = 0.0
    provider: str = field(default="", compare=False)
    operation: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Family:
    """Where a clip comes from, and what became of it.

    Attributes:
        ancestors: What it was made from, the nearest first.
        children: What was made from it, oldest first.
    """

    ancestors: tuple[Clip, ...] = ()
    children: tuple[Clip, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """One message of a delivery, noted before it is sent.

    Attributes:
        seq: Its place among the messages of this round, from 0.
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
class Balance:
    """An account's credits. `at` is just before the API was asked for them."""

    total: int
    extra: int
    at: float


@dataclass(frozen=True, slots=True)
class Alert:
    """A balance that has fallen below a threshold of a server, and the channel where to tell it."""

    guild_id: int
    channel_id: int
    threshold: int
    balance: Balance


@dataclass(frozen=True, slots=True)
class Drift:
    """A difference between balance and ledger that no job explains.

    Attributes:
        credits: What came (positive) or went (negative).
        job_id: The only job that was paid meanwhile, if there was just one: its price may have changed.
        operation: That job's.
        price: What that job should have cost.
    """

    credits: int
    at: float
    job_id: int | None = None
    operation: str = ""
    price: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """What the jobs of a member, or of a server, came to."""

    jobs: int = 0
    spent: int = 0
    reserved: int = 0


@dataclass(frozen=True, slots=True)
class Spending:
    """What a server spent in some days, in credits.

    Attributes:
        by_day: The oldest day first.
        by_member: (member, credits), the most first; so `by_command`.
        failed_jobs: Jobs that failed, were charged, and whose credits the balance has not shown back.
    """

    by_day: tuple[int, ...]
    by_member: tuple[tuple[int, int], ...] = ()
    by_command: tuple[tuple[str, int], ...] = ()
    failed_jobs: int = 0
    failed_credits: int = 0


@dataclass(frozen=True, slots=True)
class OwnerReport:
    """What the bot's own key paid for, over all servers; `today` and `cap` are of the day in UTC."""

    by_server: tuple[tuple[int, int], ...]
    today: int
    cap: int | None
    balance: Balance | None
    reserved: int
    drifts: tuple[Drift, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A job in the account of a server: what it should cost, and what it was charged in the end."""

    job_id: int
    created_at: float
    user_id: int
    operation: str
    state: str
    price: int
    charged: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at a task showed: the results, in the API's order."""

    clips: tuple["Result", ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """One result as the API tells it; `state` is `running`, `succeeded` or `failed`."""

    clip_id: str
    state: str
    title: str = ""
    tags: str = ""
    lyrics: str = ""
    model: str = ""
    audio_url: str = ""
    image_url: str = ""
    duration: float | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """The API took the work: a task to look at, or the results themselves."""

    task_id: str = ""
    results: tuple[Result, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Notice:
    """A line to a channel about the weather at a provider, noted before it is sent.

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
