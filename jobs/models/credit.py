"""Credits: balances, spending, and drift that no job explains."""

from dataclasses import dataclass
from typing import Literal

from jobs.models.quota import Use

# The account of the bot's own key; each key that servers gave has a number of its own.
OWN_ACCOUNT = 0
# The kinds of ledger line.
Booking = Literal["reserved", "settled", "released", "refunded"]


@dataclass(frozen=True, slots=True)
class Balance:
    """An account's credits. `at` is just before the API was asked for them."""

    total: int
    extra: int
    at: float


@dataclass(frozen=True, slots=True)
class Alert:
    """A balance below a server's threshold, to be posted in a channel."""

    guild_id: int
    channel_id: int
    threshold: int
    balance: Balance


@dataclass(frozen=True, slots=True)
class Drift:
    """A difference between balance and ledger that no job explains.

    Attributes:
        credits: Positive if they came, negative if they went.
        job_id: The only job paid in between, if there was just one: its price may have changed.
        operation, price: That job's, and the price expected of it.
    """

    credits: int
    at: float
    job_id: int | None = None
    operation: str = ""
    price: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """`unresolved` are credits of lost calls of which nobody knows yet whether they were taken."""

    jobs: int = 0
    spent: int = 0
    reserved: int = 0
    unresolved: int = 0


@dataclass(frozen=True, slots=True)
class Spending:
    """Credits that a server spent over some days.

    Attributes:
        by_day: Oldest day first.
        by_member: Those who spent most, with their credits, highest first.
        other_members, other_credits: How many more there are, and what they spent together.
        by_command: Every kind of job, with its credits, highest first.
        unresolved: Of all these, credits of lost calls of which nobody knows yet whether they were taken.
        failed_jobs: Jobs that failed after being charged and whose credits have not come back.
    """

    by_day: tuple[int, ...]
    by_member: tuple[tuple[int, int], ...] = ()
    other_members: int = 0
    other_credits: int = 0
    by_command: tuple[tuple[str, int], ...] = ()
    unresolved: int = 0
    failed_jobs: int = 0
    failed_credits: int = 0


@dataclass(frozen=True, slots=True)
class MemberReport:
    """What a member and the server used today, what is left, and when that was read; as of one moment."""

    mine: Usage
    everybody: Usage
    uses: tuple[Use, ...]
    balance: Balance | None
    reserved: int


@dataclass(frozen=True, slots=True)
class ServerReport:
    """Spending of a server with its account, as of one moment."""

    spending: Spending
    statements: tuple["Statement", ...]
    balance: Balance | None
    reserved: int
    drifts: tuple[Drift, ...]


@dataclass(frozen=True, slots=True)
class OwnerReport:
    """Spending of the bot's own key over all servers; `today` and `cap` count the day in UTC."""

    by_server: tuple[tuple[int, int], ...]
    today: int
    cap: int | None
    balance: Balance | None
    reserved: int
    drifts: tuple[Drift, ...]
    unresolved: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """A job on a server's statement: its expected price, what it was charged, and what it may have been.

    Attributes:
        title: That of its first result, or else the member's words.
    """

    job_id: int
    created_at: float
    user_id: int
    channel_id: int
    operation: str
    title: str
    state: str
    price: int
    charged: int
    unresolved: int = 0
