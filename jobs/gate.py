"""The one ordered list of checks before anything is noted or spent."""

from jobs.models import Order, Visit
from jobs.ports import Catalogue


class Refusal(Exception):
    """The order is not taken. `code` names the check; `cogs/messages.py` has the sentence for it.

    Attributes:
        names: What is missing, for `permissions`.
        field: The parameter that is wrong, for `input`.
        why: What is wrong with it.
        until: When it may be worth another try, in seconds since the epoch; None where nobody knows.
    """

    def __init__(
        self,
        code: str,
        *,
        names: tuple[str, ...] = (),
        field: str = "",
        why: str = "",
        until: float | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.names = names
        self.field = field
        self.why = why
        self.until = until


def check_place(visit: Visit) -> None:
    """Refuse where nothing could be delivered."""
    if visit.missing_permissions:
        raise Refusal("permissions", names=visit.missing_permissions)


def check(order: Order, visit: Visit, catalogue: Catalogue) -> None:
    """Pass, or say why not. What is free to check comes first.

    Raises:
        Refusal: With the first check that failed.
    """
    check_place(visit)
    problem = catalogue.check(order.operation, order.params)
    if problem is not None:
        field, why = problem
        raise Refusal("input", field=field, why=why)
