"""Which bodies Suno accepts, and which words the moderation refuses."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from sandbox.music_api.errors import ApiError, field_invalid, forbidden, invalid
from sandbox.music_api.fields import Body, choice, flag, number, share, text, true
from sandbox.music_api.limits import (
    DESCRIPTION_LIMIT,
    LYRICS_DESCRIPTION_LIMIT,
    PERSONA_DESCRIPTION_LIMIT,
    PERSONA_NAME_LIMIT,
    SUNO_MODELS,
    TITLE_LIMIT,
    WEBHOOK_URL_LIMIT,
    ModelLimits,
)

MODERATED_FIELDS: Final = (
    *("prompt", "gpt_description_prompt", "title", "tags", "lyrics", "sound"),
    *("name", "description", "describe", "styles"),
)


def suno_create(body: Body) -> None:
    """Raise the complaint about a song's request, if there is one."""
    custom = flag(body, "custom_mode", required=True)
    instrumental = flag(body, "make_instrumental")
    limits = _model(body)
    if flag(body, "auto_lyrics") and not custom:
        raise field_invalid("auto_lyrics")
    if custom:
        # A song without a voice has nothing to sing, so an empty prompt is then no mistake.
        _words(body, limits, required=not instrumental)
    else:
        text(body, "gpt_description_prompt", limit=DESCRIPTION_LIMIT, required=True)
    _style(body, limits)
    _webhook(body)


def suno_extend(body: Body) -> None:
    """Raise the complaint about an extension's request, if there is one."""
    _new_version(body)
    if number(body, "continue_at", low=0, required=True) == 0:
        raise field_invalid("continue_at")


def suno_cover(body: Body) -> None:
    """Raise the complaint about a cover's request, if there is one."""
    _new_version(body)
    share(body, "audio_weight")


def suno_concat(body: Body) -> None:
    """Raise the complaint about the request to join an extension to its song, if there is one."""
    text(body, "continue_clip_id", required=True)
    _webhook(body)


def suno_persona_music(body: Body) -> None:
    """Raise the complaint about the request for a song by a persona, if there is one."""
    true(body, "custom_mode")
    text(body, "persona_id", required=True)
    suno_create(body)


def suno_persona(body: Body) -> None:
    """Raise the complaint about a persona's request, if there is one.

    The clip is named by `continue_clip_id`, next to a description, or in the newer form by `clip_id`.
    """
    name = text(body, "name", limit=PERSONA_NAME_LIMIT)
    classic, newer = (text(body, field) for field in ("continue_clip_id", "clip_id"))
    if not name or not (classic or newer):
        raise invalid("name and continue_clip_id are required")
    for field in ("description", "describe", "styles"):
        text(body, field, limit=PERSONA_DESCRIPTION_LIMIT)
    if classic and not body.get("description"):
        raise invalid("description is required")


def suno_lyrics(body: Body) -> None:
    """Raise the complaint about the request for lyrics, if there is one."""
    if body.get("description") in (None, ""):
        raise invalid("description is required")
    text(body, "description", limit=LYRICS_DESCRIPTION_LIMIT)


def known_clip(body: Body) -> None:
    """Raise the complaint about a request that names nothing but a clip."""
    text(body, "clip_id", required=True)


def moderate(body: Body, words: Mapping[str, Sequence[str]]) -> ApiError | None:
    """The moderation's refusal of what would be heard or shown, quoting the words as they were written."""
    shown = "\n".join(str(body.get(name) or "") for name in MODERATED_FIELDS)
    for refusal, refused in words.items():
        for word in refused:
            found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", shown, re.IGNORECASE)
            if found:
                return forbidden(refusal.format(found=found.group()))
    return None


def _new_version(body: Body) -> None:
    """The complaint that extensions and covers have in common."""
    true(body, "custom_mode")
    limits = _model(body)
    text(body, "continue_clip_id", required=True)
    _words(body, limits, required=True)
    _style(body, limits)
    _webhook(body)


def _words(body: Body, limits: ModelLimits, *, required: bool) -> None:
    text(body, "prompt", limit=limits.prompt, required=required)
    text(body, "title", limit=TITLE_LIMIT)
    text(body, "tags", limit=limits.tags)


def _model(body: Body) -> ModelLimits:
    model = choice(body, "mv", SUNO_MODELS)
    if model is None:
        raise field_invalid("mv")
    return SUNO_MODELS[model]


def _style(body: Body, limits: ModelLimits) -> None:
    text(body, "negative_tags", limit=limits.tags)
    share(body, "style_weight")
    share(body, "weirdness_constraint")
    if choice(body, "vocal_gender", ("f", "m")) and not limits.vocal_gender:
        raise field_invalid("vocal_gender")


def _webhook(body: Body) -> None:
    url = text(body, "webhook_url", limit=WEBHOOK_URL_LIMIT)
    if url and not url.startswith("https://"):
        raise field_invalid("webhook_url")
    text(body, "webhook_secret")
