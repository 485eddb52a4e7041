"""Suno's request bodies. Its creating operations share one path, where `task_type` tells them apart."""

from musicapi.errors import InvalidInput
from musicapi.requests.params import INSTRUMENTAL, Body, RequestParams, given


def create(ask: RequestParams) -> Body:
    """The service writes title, style and lyrics."""
    instrumental = ask.flag("instrumental")
    return {
        "custom_mode": False,
        "mv": ask.model(),
        "gpt_description_prompt": ask.text("description"),
        "make_instrumental": instrumental,
        **_taste(ask, instrumental=instrumental),
    }


def custom(ask: RequestParams) -> Body:
    """Without lyrics it must be instrumental."""
    model, instrumental = ask.model(), ask.flag("instrumental")
    auto_lyrics = ask.flag("auto_lyrics")
    if auto_lyrics and instrumental:
        raise InvalidInput("auto_lyrics", "does not go together with an instrumental")
    lyrics = ask.text("lyrics", required=not instrumental)
    return {
        "custom_mode": True,
        "mv": model,
        "make_instrumental": instrumental,
        **given(prompt="" if instrumental else lyrics, auto_lyrics=auto_lyrics or None),
        **_names(ask),
        **_taste(ask, instrumental=instrumental),
    }


def extend(ask: RequestParams) -> Body:
    """Continue from a moment; without lyrics, as an instrumental."""
    body = _sung(ask)
    at = ask.moment("continue_at")
    if at == 0:
        raise InvalidInput("continue_at", "must be after the beginning of the clip")
    return {**_of_clip(ask), **body, "continue_at": at}


def concat(ask: RequestParams) -> Body:
    return _of_clip(ask)


def cover(ask: RequestParams) -> Body:
    return {**_of_clip(ask), **_sung(ask), **given(audio_weight=ask.number("audio_weight"))}


def sing(ask: RequestParams) -> Body:
    persona_id, model = ask.id_of("persona_id", "persona"), ask.model()
    lyrics = ask.text("lyrics")
    return {"custom_mode": True, "mv": model, "persona_id": persona_id, "prompt": lyrics, **_names(ask)}


def persona(ask: RequestParams) -> Body:
    """The first edition knows no styles; the profile maps the names."""
    if ask.has("style") and ask.terms.fields.get("styles") == "":
        raise InvalidInput("style", "is not taken for a persona by this API: leave it out")
    return {
        **_of_clip(ask),
        "name": ask.line("name", required=True),
        "description": ask.text("description"),
        **given(styles=ask.line("style")),
    }


def upload(ask: RequestParams) -> Body:
    """From a file on Discord or a typed link."""
    return {"url": ask.text("file_url", required=False) or ask.link("url")}


def lyrics(ask: RequestParams) -> Body:
    return {"description": ask.text("description")}


def clip(ask: RequestParams) -> Body:
    """Stems and WAV need only the clip."""
    return {"clip_id": ask.id_of("clip_id", "clip")}


def _of_clip(ask: RequestParams) -> Body:
    return {"continue_clip_id": ask.id_of("clip_id", "clip")}


def _sung(ask: RequestParams) -> Body:
    """What extensions and covers share."""
    model, words = ask.model(), ask.text("lyrics", required=False)
    return {
        "custom_mode": True,
        "mv": model,
        "prompt": words or INSTRUMENTAL,
        **_names(ask),
        **_taste(ask, instrumental=not words),
    }


def _names(ask: RequestParams) -> Body:
    return given(title=ask.line("title"), tags=ask.line("style"))


def _taste(ask: RequestParams, *, instrumental: bool) -> Body:
    return given(
        negative_tags=ask.line("negative_tags"),
        style_weight=ask.number("style_weight"),
        weirdness_constraint=ask.number("weirdness_constraint"),
        vocal_gender=_vocal_gender(ask, instrumental=instrumental),
    )


def _vocal_gender(ask: RequestParams, *, instrumental: bool) -> str:
    gender = ask.choice("vocal_gender")
    if not gender:
        return ""
    if instrumental:
        raise InvalidInput("vocal_gender", "does not go together with an instrumental")
    model = ask.profile.model(ask.terms.provider, ask.model())
    if model is not None and "vocal_gender" not in model.takes:
        raise InvalidInput("vocal_gender", f"cannot be chosen with the model {model.name}")
    return gender
