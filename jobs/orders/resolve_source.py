"""From what a member asked for to what can be ordered: the facts of its source are filled in.

Whether a clip was uploaded, how long it is and whose it is decide what the API must be asked for; the
member need not know.
"""

from dataclasses import replace

from jobs.context import JobContext
from jobs.models import Clip, Order
from jobs.orders.operation_history import retired_until
from jobs.orders.results import fits
from jobs.rules.admission import Refusal
from jobs.store.queries import clips
from musicapi import Terms


async def resolve_source(context: JobContext, order: Order, guild_id: int) -> Order:
    """The order with what is known of the clip or persona that it starts from.

    Raises:
        Refusal: The API no longer offers the operation, or it cannot start from this.
    """
    terms = context.catalogue.terms(order.operation)
    await _offered(context, order, terms, guild_id)
    if not terms.takes:
        return order
    source = await context.store.read(clips.by_id, guild_id, order.source_clip_id)
    if source is None:
        # Another program may have made a clip with the same key; a persona we must have made ourselves.
        if "persona" in terms.takes:
            raise Refusal("persona")
        return order
    _check_source(source, terms)
    facts = {"known": True, "uploaded": source.kind == "upload", "clip_duration": source.duration}
    return replace(order, params={**order.params, **facts})


async def _offered(context: JobContext, order: Order, terms: Terms, guild_id: int) -> None:
    if terms.retired:
        raise Refusal("retired", names=(order.operation,))
    until = await retired_until(context, order, guild_id)
    if until is not None:
        model = context.catalogue.model(terms.provider, str(order.params.get("model") or ""))
        raise Refusal("retired", names=(order.operation, model.name if model else ""), until=until)


def _check_source(source: Clip, terms: Terms) -> None:
    if source.provider != terms.provider:
        raise Refusal("provider", names=(source.provider, terms.provider))
    if not fits(source, terms):
        raise Refusal("kind", names=(source.kind, *terms.takes))
