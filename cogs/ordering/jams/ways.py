"""The ways to make an entry of a jam, and the order that each leads to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cogs.ordering.clip_refs import ClipRef, order_on
from jobs.models import Clip, Order
from jobs.models.jam import Jam
from jobs.orders.service import JobService
from jobs.rules.resolve_source import fits


def offered(service: JobService, ways: Sequence[str], source: Clip | None) -> Mapping[str, int]:
    """The prices of those that the API has, and that suit what the entry starts from."""
    suit = [operation for operation in ways if _suits(service, operation, source)]
    return {operation: service.catalogue.price(operation, {}) for operation in suit}


def order_for(jam: Jam, operation: str, source: ClipRef | None) -> Order:
    if source is not None:
        return replace(order_on(source, operation), jam_id=jam.id)
    return Order(operation, {}, "", jam_id=jam.id)


def _suits(service: JobService, operation: str, source: Clip | None) -> bool:
    if operation not in service.catalogue.operations:
        return False
    terms = service.catalogue.terms(operation)
    made_here = source is None or (source.provider == terms.provider and fits(source, terms))
    return made_here and not terms.retired
