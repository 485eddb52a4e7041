"""Credits: what is left, what was spent, what no job explains."""

from dataclasses import dataclass
from typing import Literal

# The account of the bot's own key; each key that servers gave has a number of its own.
OWN_ACCOUNT = 0
# What a line of the ledger says of a job's credits.
Booking = Literal["reserved", "settled", "released", "refunded"]


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
