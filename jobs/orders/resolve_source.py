"""From what a member asked for to what can be ordered: the facts of its source are filled in.

Whether a clip was uploaded, how long it is and whose it is decide what the API must be asked for; the
member need not know.
"""

from dataclasses import replace

from jobs.context import JobContext
from jobs.models import Clip, Order
from jobs.models.rejections import Denied, Rejected, Rejection, Retired, WrongKind, WrongProvider
from jobs.orders.operation_history import retired_until
from jobs.orders.results import fits
from jobs.store.queries import clips
from musicapi import Terms


async def resolve_source(context: JobContext, order: Order, guild_id: int) -> tuple[Order, Rejection | None]:
    """The order with what is known of the clip or persona that it starts from; what is wrong with that.

    What the API no longer offers is wrong whatever it starts from.

    Raises:
        Rejected: An old button or draft asks for what the profile has lost, so nothing else can be said.
    """
    if order.operation not in context.catalogue.operations:
        raise Rejected(Denied.OPERATION_GONE)
    terms = context.catalogue.terms(order.operation)
    retired = await _retired(context, order, terms, guild_id)
    if retired is not None or not terms.takes:
        return order, retired
    source = await context.store.read(clips.by_id, guild_id, order.source_clip_id)
    if source is None:
        # Another program may have made a clip with the same key; a persona we must have made ourselves.
        return order, Denied.PERSONA_UNKNOWN if "persona" in terms.takes else None
    facts = {"known": True, "uploaded": source.kind == "upload", "clip_duration": source.duration}
    unfit = _unfit(source, terms)
    return (replace(order, params={**order.params, **facts}) if unfit is None else order), unfit


async def _retired(context: JobContext, order: Order, terms: Terms, guild_id: int) -> Rejection | None:
    if terms.retired:
        return Retired(order.operation)
    until = await retired_until(context, order, guild_id)
    if until is None:
        return None
    model = context.catalogue.model(terms.provider, str(order.params.get("model") or ""))
    return Retired(order.operation, model.name if model else "", until)


def _unfit(source: Clip, terms: Terms) -> Rejection | None:
    if source.provider != terms.provider:
        return WrongProvider(source.provider, (terms.provider,))
    return None if fits(source, terms) else WrongKind(source.kind, tuple(terms.takes))
