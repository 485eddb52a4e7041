"""Riffusion's request bodies. Its successor spells some fields otherwise, which the profile says."""

import math

from musicapi.errors import InvalidInput
from musicapi.requests.params import INSTRUMENTAL, Body, RequestParams, given


def lyrics(ask: RequestParams) -> Body:
    """Without lyrics it must be instrumental."""
    model, instrumental = ask.model(), ask.flag("instrumental")
    words = ask.text("lyrics", required=not instrumental)
    return {
        "custom_mode": True,
        "mv": model,
        "make_instrumental": instrumental,
        **given(lyrics="" if instrumental else words, sound=ask.text("sound", required=instrumental)),
        **given(title=ask.line("title")),
    }


def describe(ask: RequestParams) -> Body:
    return {
        "custom_mode": False,
        "mv": ask.model(),
        "make_instrumental": ask.flag("instrumental"),
        "prompt": ask.text("description"),
    }


def change(ask: RequestParams) -> Body:
    """Cover a clip, or swap its instruments."""
    return _changed(ask, sound_required=True)


def vocals(ask: RequestParams) -> Body:
    """Swap the singer, who needs words; a sound may describe the new one."""
    return {**_changed(ask, sound_required=False), "lyrics": ask.text("lyrics")}


def extend(ask: RequestParams) -> Body:
    """Continue from a whole second; at least the first second stays."""
    at = ask.moment("continue_at", least=1)
    return {**_changed(ask, sound_required=True), "continue_at": max(1, math.floor(at))}


def replace(ask: RequestParams) -> Body:
    starts, ends = ask.moment("starts"), ask.moment("ends")
    if ends <= starts:
        raise InvalidInput("ends", "must come after `starts`")
    return {**_changed(ask, sound_required=True), "starts": starts, "ends": ends}


def _changed(ask: RequestParams, *, sound_required: bool) -> Body:
    clip_id, model = ask.id_of("clip_id", "clip"), ask.model()
    return {
        "custom_mode": True,
        "mv": model,
        "continue_clip_id": clip_id,
        "lyrics": ask.text("lyrics", required=False) or INSTRUMENTAL,
        **given(sound=ask.text("sound", required=sound_required), title=ask.line("title")),
    }
