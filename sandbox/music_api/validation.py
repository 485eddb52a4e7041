"""Which bodies the API accepts, and which words its moderation refuses."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from sandbox.music_api.errors import ApiError, field_invalid, forbidden
from sandbox.music_api.fields import Body, choice, flag, share, text
from sandbox.music_api.limits import (
    DESCRIPTION_LIMIT,
    SUNO_MODELS,
    TITLE_LIMIT,
    WEBHOOK_URL_LIMIT,
    ModelLimits,
)

MODERATED_FIELDS: Final = ("prompt", "gpt_description_prompt", "title", "tags")


def suno_create(body: Body) -> None:
    """Raise the complaint about a song's request, if there is one."""
    custom = flag(body, "custom_mode", required=True)
    instrumental = flag(body, "make_instrumental")
    limits = _model(body)
    if flag(body, "auto_lyrics") and not custom:
        raise field_invalid("auto_lyrics")
    if custom:
        # A song without a voice has nothing to sing, so an empty prompt is then no mistake.
        text(body, "prompt", limit=limits.prompt, required=not instrumental)
        text(body, "title", limit=TITLE_LIMIT)
        text(body, "tags", limit=limits.tags)
    else:
        text(body, "gpt_description_prompt", limit=DESCRIPTION_LIMIT, required=True)
    _style(body, limits)
    _webhook(body)


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
