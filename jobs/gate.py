"""The one ordered list of checks before anything is noted or spent."""

from jobs.models import Order, Visit
from jobs.ports import Catalogue


class Refusal(Exception):
    """The order is not taken. `code` names the check; `cogs/messages.py` has the sentence for it.

    Attributes:
        names: What is missing, for `permissions`.
        field: The parameter that is wrong, for `input`.
        why: What is wrong with it.
    """

    def __init__(self, code: str, *, names: tuple[str, ...] = (), field: str = "", why: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.names = names
        self.field = field
        self.why = why


def check(order: Order, visit: Visit, catalogue: Catalogue) -> None:
    """Pass, or say why not. What is free to check comes first.

    Raises:
        Refusal: With the first check that failed.
    """
    if visit.missing_permissions:
        raise Refusal("permissions", names=visit.missing_permissions)
    problem = catalogue.check(order.operation, order.params)
    if problem is not None:
        field, why = problem
        raise Refusal("input", field=field, why=why)
