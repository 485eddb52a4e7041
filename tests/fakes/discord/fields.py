"""What a member's client does with a modal: find fields, check entries, put them in Discord's form."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from tests.fakes.discord.interactions import Modal
from tests.fakes.discord.model import JsonObject
from tests.fakes.discord.options import ClientRefusalError
from tests.fakes.discord.resolved import Entity, Resolver, Upload
from tests.fakes.discord.rules import components as parts

Entry: TypeAlias = str | bool | Sequence[str] | Sequence[Entity]
"""Text, a tick, or the values chosen; files for a file upload."""

_LISTS = (*parts.SELECTS, parts.FILE_UPLOAD, parts.CHECKBOX_GROUP)


def fill_in_modal(modal: Modal, entries: Mapping[str, Entry], resolver: Resolver) -> list[JsonObject]:
    """Return the components of a submission; entries are named by custom id or label.

    Raises:
        ClientRefusalError: a field is missing or unknown, or an entry not allowed.
    """
    left = dict(entries)
    filled = [_fill_top(component, left, resolver) for component in modal.components]
    if left:
        raise ClientRefusalError(f"the modal {modal.title!r} has no field {sorted(left)}")
    return filled


def _fill_top(component: JsonObject, left: dict[str, Entry], resolver: Resolver) -> JsonObject:
    shown: JsonObject = {"type": component["type"], "id": component.get("id", 0)}
    if component["type"] == parts.ROW:
        field = component["components"][0]
        entry = _take(left, field["custom_id"], field.get("label"))
        return shown | {"components": [_fill_field(field, entry, resolver)]}
    if component["type"] == parts.LABEL:
        field = component["component"]
        entry = _take(left, field["custom_id"], component.get("label"))
        return shown | {"component": _fill_field(field, entry, resolver)}
    return shown


def _take(left: dict[str, Entry], custom_id: str, label: str | None) -> Entry | None:
    return left.pop(custom_id) if custom_id in left else left.pop(label or "", None)


def _fill_field(field: JsonObject, entry: Entry | None, resolver: Resolver) -> JsonObject:
    shown: JsonObject = {"type": field["type"], "id": field.get("id", 0), "custom_id": field["custom_id"]}
    if field["type"] == parts.TEXT_INPUT:
        return shown | {"value": _text(field, entry)}
    if field["type"] == parts.CHECKBOX:
        return shown | {"value": bool(entry if entry is not None else field.get("default", False))}
    if field["type"] == parts.RADIO_GROUP:
        chosen = choose(field, [] if entry is None else [entry], resolver)
        return shown | {"value": chosen[0] if chosen else None}
    if field["type"] not in _LISTS:
        raise ClientRefusalError(f"no field of a modal has type {field['type']}")
    return shown | {"values": choose(field, [] if entry is None else entry, resolver)}


def _text(field: JsonObject, entry: Entry | None) -> str:
    text = field.get("value") or "" if entry is None else entry
    if not isinstance(text, str):
        raise ClientRefusalError(f"{field['custom_id']} takes text, not {text!r}")
    least, most = field.get("min_length") or 0, field.get("max_length") or 4000
    if (field.get("required", True) and not text) or len(text) > most:
        raise ClientRefusalError(f"{field['custom_id']} takes {least} to {most} characters")
    if text and len(text) < least:
        raise ClientRefusalError(f"{field['custom_id']} takes {least} to {most} characters")
    return text


def choose(menu: JsonObject, chosen: object, resolver: Resolver) -> list[str]:
    """Return the values of a select menu or group, in a message or a modal.

    Raises:
        ClientRefusalError: too few or too many, or not on offer.
    """
    if not isinstance(chosen, Sequence) or isinstance(chosen, str):
        raise ClientRefusalError(f"{menu['custom_id']} takes a list, not {chosen!r}")
    # Only in a modal can a menu be left alone, where it is not required.
    may_skip = menu.get("required") is False and not chosen
    least, most = menu.get("min_values", 1), menu.get("max_values", 1)
    if not may_skip and not least <= len(chosen) <= most:
        raise ClientRefusalError(f"{menu['custom_id']} takes {least} to {most} values")
    offered = {key: o["value"] for o in menu.get("options") or [] for key in (o["label"], o["value"])}
    values: list[str] = []
    for one in chosen:
        if isinstance(one, Entity) and isinstance(one, Upload) == (menu["type"] == parts.FILE_UPLOAD):
            values.append(resolver.add(one))
        elif isinstance(one, str) and one in offered:
            values.append(offered[one])
        else:
            raise ClientRefusalError(f"{menu['custom_id']} does not offer {one!r}")
    return values
