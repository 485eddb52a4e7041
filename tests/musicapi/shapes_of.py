"""The shapes of the API, with values of our own: what is sent, and what comes back."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Entry = Mapping[str, Any]

_SHAPES: dict[str, Any] = json.loads((Path(__file__).parent / "shapes.json").read_text(encoding="utf-8"))
IDS: Mapping[str, str] = _SHAPES["ids"]
LOOKS: Sequence[Entry] = _SHAPES["looks"]
ERRORS: Sequence[Entry] = _SHAPES["errors"]
CREDITS: Entry = _SHAPES["credits"]
NURO_LISTS: Mapping[str, Mapping[str, Sequence[str]]] = _SHAPES["nuro_lists"]
# One for each family in which the operation is offered.
OPERATIONS: Sequence[Entry] = [
    {"profile": family, **entry, **entry[family]}
    for entry in _SHAPES["operations"]
    for family in ("classic", "renamed")
    if family in entry
]


def label(entry: Entry) -> str:
    """The name of a test's case."""
    return " ".join((entry.get("profile", ""), entry["name"])).strip()


def raw(body: object) -> bytes:
    """A body as it comes over the wire."""
    return json.dumps(body).encode()


def shape(value: object) -> object:
    """Members and types of a JSON value; a list has the shapes of its elements, each once."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in sorted(value.items())}
    if isinstance(value, list):
        return sorted({json.dumps(shape(inner)) for inner in value})
    if isinstance(value, bool) or not isinstance(value, int | float):
        return type(value).__name__
    return "number"
