"""The account: credits of two kinds, and a ledger of everything that was charged."""

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left: the plan's credits, and the extra ones that were bought on top."""

    credits: int
    extra_credits: int

    @property
    def total(self) -> int:
        """All that can be spent."""
        return self.credits + self.extra_credits

    def moved(self, plan: int, extra: int) -> "Balance":
        """The balance after so many credits of each kind came in (or, negative, went out)."""
        return Balance(self.credits + plan, self.extra_credits + extra)


@dataclass(frozen=True, slots=True)
class Charge:
    """One accepted request that cost something.

    Attributes:
        at: When it was taken, in seconds since 1970.
        operation: For example `suno.create`.
        task_id: The task it started; None for an operation that answers at once.
        credits: What it cost.
        body: The request's JSON object.
        extra: How much of the cost came out of the extra credits.
        refunded_at: When it was given back, None while it stands.
    """

    at: float
    operation: str
    task_id: str | None
    credits: int
    body: Mapping[str, object]
    extra: int = 0
    refunded_at: float | None = None


class Account:
    """Takes credits at submit, extra credits first, and gives them back to where they came from."""

    def __init__(self, balance: Balance) -> None:
        self.balance = balance
        self.charges: list[Charge] = []

    def take(self, charge: Charge) -> None:
        """Take the credits and note the charge; what is free leaves none. The balance must cover it."""
        if charge.credits == 0:
            return
        extra = min(charge.credits, self.balance.extra_credits)
        self.balance = self.balance.moved(extra - charge.credits, -extra)
        self.charges.append(replace(charge, extra=extra))

    def refund(self, task_id: str, at: float) -> None:
        """Give back what the task cost, once."""
        for index, charge in enumerate(self.charges):
            if charge.task_id == task_id and charge.refunded_at is None:
                self.balance = self.balance.moved(charge.credits - charge.extra, charge.extra)
                self.charges[index] = replace(charge, refunded_at=at)
