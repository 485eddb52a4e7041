"""Our parameters into the API's request bodies: one small pure function an operation.

To add an operation: a function here, an entry in the profiles, a command, a row in the tests.
Field names and rules are the API's own; where its documentation contradicts itself the stricter
client (allow up to N characters) and the more common spelling were taken.
"""

import re
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from musicapi.errors import InvalidInput
from musicapi.profile import Params, Profile

Body = dict[str, Any]
Build = Callable[[Params, Profile], Body]

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def build(operation: str, params: Params, profile: Profile) -> Body:
    """The request body of an operation.

    Raises:
        InvalidInput: A parameter is missing, too long or not what it should be.
        KeyError: There is no such operation.
    """
    return {**OPERATIONS[operation](params, profile), **profile.terms(operation).extra_body}


def _create(params: Params, profile: Profile) -> Body:
    """Suno, from a description: the service writes title, style and lyrics."""
    model = _model(params, profile)
    return {
        "custom_mode": False,
        "mv": model,
        "gpt_description_prompt": _text(params, "description", profile.limit("description")),
        "make_instrumental": bool(params.get("instrumental")),
    }


def _custom(params: Params, profile: Profile) -> Body:
    """Suno, with the member's own title, style and lyrics. Without lyrics it must be instrumental."""
    model = _model(params, profile)
    instrumental = bool(params.get("instrumental"))
    body: Body = {"custom_mode": True, "mv": model, "make_instrumental": instrumental}
    lyrics = _text(params, "lyrics", profile.limit("lyrics", model=model), required=not instrumental)
    if lyrics and not instrumental:
        body["prompt"] = lyrics
    if title := _text(params, "title", profile.limit("title"), required=False):
        body["title"] = title
    if style := _text(params, "style", profile.limit("style", model=model), required=False):
        body["tags"] = style
    return body


def _clip(params: Params, _profile: Profile) -> Body:
    """Whatever needs only a clip: stems and WAV."""
    clip_id = str(params.get("clip_id", "")).strip()
    if not _UUID.fullmatch(clip_id):
        raise InvalidInput("clip_id", "is not the id of a clip")
    return {"clip_id": clip_id.lower()}


def _model(params: Params, profile: Profile) -> str:
    model = str(params.get("model") or profile.default_models["suno"])
    if model not in {choice.model_id for choice in profile.models["suno"]}:
        raise InvalidInput("model", "is not a model that the API offers now")
    return model


def _text(params: Params, field: str, limit: int, *, required: bool = True) -> str:
    text = str(params.get(field) or "").strip()
    if required and not text:
        raise InvalidInput(field, "is empty")
    if len(text) > limit:
        raise InvalidInput(field, f"has {len(text)} characters; the API takes up to {limit}")
    return text


OPERATIONS: MappingProxyType[str, Build] = MappingProxyType(
    {
        "suno.create": _create,
        "suno.custom": _custom,
        "suno.stems_basic": _clip,
        "suno.stems_full": _clip,
        "suno.wav": _clip,
    }
)
