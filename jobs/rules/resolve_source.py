"""From what a member asked for to what can be ordered: the facts of its source are filled in. Pure.

Whether a clip was uploaded, how long it is and whose it is decide what the API must be asked for; the
member need not know.
"""

from dataclasses import replace

from jobs.models import Clip, Order
from jobs.models.rejections import Denied, Rejection, WrongKind, WrongProvider
from musicapi import Terms


def fits(clip: Clip, terms: Terms) -> bool:
    """Whether an operation can start from a result: by its kind, or by what made it."""
    return not clip.error and (clip.kind in terms.takes or clip.operation in terms.takes)


def resolve_source(order: Order, source: Clip | None, terms: Terms) -> tuple[Order, Rejection | None]:
    """The order with what is known of the clip or persona that it starts from; or what is wrong with that."""
    if not terms.takes:
        return order, None
    if source is None:
        # Another program may have made a clip with the same key; a persona we must have made ourselves.
        return order, Denied.PERSONA_UNKNOWN if "persona" in terms.takes else None
    if source.provider != terms.provider:
        return order, WrongProvider(source.provider, (terms.provider,))
    if not fits(source, terms):
        return order, WrongKind(source.kind, tuple(terms.takes))
    facts = {"known": True, "uploaded": source.kind == "upload", "clip_duration": source.duration}
    return replace(order, params={**order.params, **facts}), None
