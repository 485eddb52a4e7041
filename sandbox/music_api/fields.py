"""Reading one field of a request's body, with the API's complaint when it does not fit."""

from collections.abc import Collection, Mapping

from sandbox.music_api.errors import (
    field_invalid,
    field_not_boolean,
    field_required,
    field_too_long,
)

Body = Mapping[str, object]
"""A request's JSON object. A null counts as an absent field."""


def flag(body: Body, name: str, *, required: bool = False) -> bool:
    """A switch, false where it is absent."""
    value = body.get(name)
    if value is None:
        if required:
            raise field_required(name)
        return False
    if not isinstance(value, bool):
        raise field_not_boolean(name)
    return value


def text(body: Body, name: str, *, limit: int | None = None, required: bool = False) -> str:
    """A text of at most `limit` characters, empty where it is absent."""
    value = body.get(name)
    if required and value in (None, ""):
        raise field_required(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise field_invalid(name)
    if limit is not None and len(value) > limit:
        raise field_too_long(name, limit)
    return value


def true(body: Body, name: str) -> None:
    """A switch that has to be on."""
    if not flag(body, name, required=True):
        raise field_invalid(name)


def choice(body: Body, name: str, options: Collection[str]) -> str | None:
    """One of the options, None where it is absent."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or value not in options:
        raise field_invalid(name)
    return value


def choices(body: Body, name: str, options: Collection[str], *, most: int) -> tuple[str, ...]:
    """At most so many of the options, none where the field is absent."""
    value = body.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > most:
        raise field_invalid(name)
    if not all(isinstance(each, str) and each in options for each in value):
        raise field_invalid(name)
    return tuple(value)


def number(
    body: Body, name: str, *, low: float, high: float = 1e9, whole: bool = False, required: bool = False
) -> float | None:
    """A number from `low` to `high`, a `whole` one without a fraction; None where it is absent."""
    value = body.get(name)
    if value is None:
        if required:
            raise field_required(name)
        return None
    allowed = int if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, allowed) or not low <= value <= high:
        raise field_invalid(name)
    return float(value)


def share(body: Body, name: str) -> float | None:
    """A number from 0 to 1, None where it is absent."""
    return number(body, name, low=0, high=1)


def written(body: Body, name: str) -> str:
    """A text that has been checked before, empty where it is absent."""
    return str(body.get(name) or "")
