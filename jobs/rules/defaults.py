"""Fill in what an order leaves out with what its member prefers. Pure."""

from dataclasses import replace

from jobs.models import Order, Preferences, Profile
from jobs.models.operations import makes_song

# Joined from songs that have theirs.
_WITHOUT_MODEL = frozenset({"suno.concat"})
# Where new songs say their style. What is made from a song keeps that song's.
_STYLE_IN = {
    "suno.create": "description",
    "suno.custom": "style",
    "suno.sing": "style",
    "riffusion.describe": "description",
    "riffusion.lyrics": "sound",
    "nuro.instrumental": "description",
}


def with_defaults(order: Order, wishes: Preferences, profile: Profile) -> Order:
    """Add the member's model where none is named, and their style to a new song.

    A model that is no longer offered is left aside, and so is a style for which there is no room.
    """
    if order.operation not in profile.operations:
        return order
    order = replace(order, params={**_model(order, wishes, profile), **order.params})
    styled = {**order.params, **_style(order, wishes.style, profile)}
    longer = order.summary == order.params.get("description")
    summary = str(styled["description"]) if longer else order.summary
    return replace(order, params=styled, summary=summary)


def _model(order: Order, wishes: Preferences, profile: Profile) -> dict[str, object]:
    provider = profile.terms(order.operation).provider
    wanted = wishes.models.get(provider, "")
    takes_one = makes_song(order.operation) and order.operation not in _WITHOUT_MODEL
    return {"model": wanted} if takes_one and profile.model(provider, wanted) else {}


def _style(order: Order, style: str, profile: Profile) -> dict[str, object]:
    field = _STYLE_IN.get(order.operation)
    if not style or field is None:
        return {}
    known = str(order.params.get(field) or "")
    if field != "description":
        return {} if known else {field: style}
    chosen = str(order.params.get("version" if order.operation.startswith("nuro.") else "model") or "")
    most = profile.limit(field, operation=order.operation, model=chosen)
    longer = f"{known}, {style}"
    said = style.casefold() in known.casefold()
    return {field: longer} if known and not said and len(longer) <= most else {}
