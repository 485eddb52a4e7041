"""The ways to make an entry of a jam, and the order that each leads to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from cogs.ordering.clip_refs import ClipRef, order_on
from cogs.ordering.place_order import origin_of
from cogs.text.form_specs import ASKED
from cogs.ui.interactions import Interaction
from jobs.models import Clip, Order
from jobs.models.jam import Jam
from jobs.models.rejections import JamProblem, JamRefused, Rejected
from jobs.orders.service import JobService
from jobs.rules.resolve_source import fits


def offered(service: JobService, ways: Sequence[str], source: Clip | None) -> Mapping[str, int]:
    """The prices of those that the API has, and that suit what the entry starts from."""
    suit = [operation for operation in ways if _suits(service, operation, source)]
    return {operation: service.catalogue.price(operation, {}) for operation in suit}


async def check_ways(
    interaction: Interaction, service: JobService, jam: Jam, source: ClipRef | None, ways: Collection[str]
) -> None:
    """Refuse now, by the same checks, what would be refused afterwards. Raises Rejected."""
    first = next(iter(ways), "")
    if not first:
        raise Rejected(JamRefused(JamProblem.NO_WAY, jam.id))
    try:
        await service.check_unasked(order_for(jam, first, source), origin_of(interaction), ASKED[first])
    except Rejected as rejected:
        await interaction.client.jams.turns.refused(jam.id, rejected.rejection)
        raise


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
