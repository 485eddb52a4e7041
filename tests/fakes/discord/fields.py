"""What a member's client does with a modal: find its texts, check entries, put them in Discord's form."""

from collections.abc import Mapping

from tests.fakes.discord.interactions import Modal
from tests.fakes.discord.model import JsonObject
from tests.fakes.discord.options import ClientRefusalError


def fill_in_modal(modal: Modal, entries: Mapping[str, str]) -> list[JsonObject]:
    """Return the components of a submission; entries are named by custom id or label.

    Raises:
        ClientRefusalError: a field is missing or unknown, or an entry not allowed.
    """
    left = dict(entries)
    filled: list[JsonObject] = []
    for label in modal.components:
        field = label["component"]
        name = field["custom_id"] if field["custom_id"] in left else label["label"]
        shown = {key: field.get(key, 0) for key in ("type", "id", "custom_id")}
        shown["value"] = _text(field, left.pop(name, field.get("value") or ""))
        filled.append({"type": label["type"], "id": label.get("id", 0), "component": shown})
    if left:
        raise ClientRefusalError(f"the modal {modal.title!r} has no field {sorted(left)}")
    return filled


def _text(field: JsonObject, text: str) -> str:
    least, most = field.get("min_length") or 0, field.get("max_length") or 4000
    may_be_empty = not field.get("required", True)
    if not (text or may_be_empty) or len(text) > most or (text and len(text) < least):
        raise ClientRefusalError(f"{field['custom_id']} takes {least} to {most} characters")
    return text
