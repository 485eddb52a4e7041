"""Which bodies are accepted, in the API's own complaints, and which words the moderation refuses.

Bodies are read in the words of the classic edition (`Offer.classic`); complaints name fields as sent.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sandbox.music_api.errors import field_invalid, field_required, forbidden, invalid
from sandbox.music_api.operations import Body, Offer

# Every text that is heard or shown, and what the profile calls its limit; then the other texts.
_SHOWN: Final[Mapping[str, str]] = {
    "prompt": "lyrics", "gpt_description_prompt": "description", "title": "title", "tags": "style",
    "negative_tags": "negative_tags", "lyrics": "lyrics", "sound": "sound", "name": "name",
    "description": "description", "styles": "style",
}  # fmt: skip
_TEXTS: Final = {**_SHOWN, "url": "url", "continue_clip_id": "", "clip_id": "", "persona_id": ""}
_FLAGS: Final = ("custom_mode", "make_instrumental", "auto_lyrics", "use_suno_cdn")
_NUMBERS: Final = ("style_weight", "weirdness_constraint", "audio_weight", "continue_at", "starts", "ends")
# Where the API says in other words that a field is missing.
_CLIP_AND_NAME: Final = "name and continue_clip_id are required"
_WORDED: Final = {
    "name": _CLIP_AND_NAME,
    "continue_clip_id": _CLIP_AND_NAME,
    "description": "description is required",
}
_SO_WORDED: Final = ("suno.persona", "suno.lyrics")


def check(offer: Offer, body: Body, *, retired_models: Collection[str] = ()) -> None:
    """Raise the API's complaint about a body, if there is one."""
    model = offer.profile.model(offer.terms.provider, str(body.get("mv")))
    if "mv" in (*body, *offer.required) and (model is None or model.model_id in retired_models):
        raise field_invalid("mv")
    for name in offer.required:
        if body.get(name) in (None, ""):
            raise (
                invalid(_WORDED[name]) if offer.operation in _SO_WORDED else field_required(offer.spelt(name))
            )
    for name, value in body.items():
        _check_value(offer, body, name, value)
    _check_together(offer, body)
    gender, allowed = body.get("vocal_gender"), offer.profile.options(offer.operation, "vocal_gender")
    takes = model.takes if model else ()
    if gender is not None and (gender not in allowed.values() or "vocal_gender" not in takes):
        raise field_invalid("vocal_gender")
    if offer.terms.provider == "nuro":
        _check_nuro(offer, body)


def moderate(body: Body, refusals: Mapping[str, Sequence[str]]) -> None:
    """Raise the moderation's refusal of what would be heard or shown, quoting the words as written."""
    shown = "\n".join(str(body.get(name) or "") for name in _SHOWN)
    for refusal, words in refusals.items():
        for word in words:
            found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", shown, re.IGNORECASE)
            if found:
                raise forbidden(refusal.format(found=found.group()))


def _is_number(value: object, limits: tuple[float, float] | None, *, whole: bool = False) -> bool:
    low, high = limits or (0, 1e9)
    right = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    return right and low <= float(str(value)) <= high


def _check_value(offer: Offer, body: Body, name: str, value: object) -> None:
    sent, operation = offer.spelt(name), offer.operation
    if name in _FLAGS and not isinstance(value, bool):
        raise invalid(f"The '{sent}' field should be boolean.")
    if name in _TEXTS and not isinstance(value, str):
        raise field_invalid(sent)
    limit = _limit(offer, body, name) if isinstance(value, str) else None
    if limit is not None and len(str(value)) > limit:
        raise invalid(f"The {sent} character length should be less than {limit}.")
    if name in _NUMBERS and not _is_number(value, offer.profile.range(name, operation=operation)):
        raise field_invalid(sent)


def _limit(offer: Offer, body: Body, name: str) -> int | None:
    known = _TEXTS.get(name, "")
    if offer.operation == "riffusion.describe" and name == "prompt":
        known = "sound" if offer.late else "description"
    model = str(body.get("mv") or body.get("version") or "")
    try:
        return offer.profile.limit(known, operation=offer.operation, model=model)
    except KeyError:
        return None


def _check_together(offer: Offer, body: Body) -> None:
    """The rules that concern more than one field."""
    described = offer.operation in ("suno.create", "riffusion.describe")
    if "custom_mode" in offer.required and body["custom_mode"] is described:
        raise field_invalid("custom_mode")
    if offer.operation == "suno.custom" and not (body.get("prompt") or body.get("make_instrumental")):
        raise field_required("prompt")
    if described and body.get("auto_lyrics"):
        raise field_invalid("auto_lyrics")
    if offer.late and "url" not in body and not any(body.get(name) for name in ("sound", "lyrics", "prompt")):
        raise field_required("sound")
    at = body.get("continue_at", 1)
    whole = offer.terms.provider == "riffusion" and not offer.late
    if at == 0 or (offer.terms.provider == "riffusion" and not _is_number(at, (1, 1e9), whole=whole)):
        raise field_invalid("continue_at")
    if offer.operation == "riffusion.replace" and float(str(body["ends"])) <= float(str(body["starts"])):
        raise field_invalid(offer.spelt("ends"))


def _check_nuro(offer: Offer, body: Body) -> None:
    profile, operation, version = offer.profile, offer.operation, str(body.get("version") or "v1.0")
    most = (profile.range("entries", operation=operation) or (0, 1))[1]
    for name, value in body.items():
        known = set(profile.options(operation, name).values())
        chosen = value if isinstance(value, list) else [value]
        is_list = operation == "nuro.instrumental" and name != "version"
        fits = isinstance(value, list) is is_list and {str(each) for each in chosen} <= known
        if known and not (fits and len(chosen) <= most and not (is_list and chosen and version == "v2.0")):
            raise field_invalid(name)
    limits = profile.range("duration", operation=operation, version=version)
    if not _is_number(body.get("duration", (limits or (0, 0))[0]), limits, whole="duration" in body):
        raise field_invalid("duration")
    segments = body.get("segments")
    if segments is not None and (version != "v2.0" or not segments or not isinstance(segments, list)):
        raise field_invalid("segments")
