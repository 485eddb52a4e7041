"""Requests to Riffusion, and how its successor words them."""

from collections.abc import Mapping

CREATE = "/riffusion/create"
RENAMED = "/producer/create"
LYRICS = "[Verse]\nSnow along the rails\n[Chorus]\nNorthbound, northbound"
CUSTOM: Mapping[str, object] = {
    "custom_mode": True,
    "make_instrumental": False,
    "mv": "FUZZ-1.1 Pro",
    "lyrics": LYRICS,
    "title": "Northbound",
    "sound": "alt country, slide guitar",
}
DESCRIPTION: Mapping[str, object] = {
    "custom_mode": False,
    "prompt": "slow r&b about trains",
    "mv": "FUZZ-1.0",
}
CLIP_FIELDS = {
    *("clip_id", "title", "lyrics", "image_url", "audio_url", "video_url", "created_at"),
    *("mv", "duration", "timestamp", "state"),
}
CHANGES: Mapping[str, Mapping[str, object]] = {
    "cover": {"task_type": "cover_music", "sound": "bossa nova"},
    "extend": {"task_type": "extend_music", "sound": "alt country", "continue_at": 1},
    "replace": {"task_type": "replace_music", "sound": "a brass break", "starts": 0.5, "ends": 1.25},
    "swap_sound": {"task_type": "swap_music_sound", "sound": "string quartet"},
    "swap_vocals": {"task_type": "swap_music_vocals", "sound": "deep male voice"},
}
NAMES = {"continue_clip_id": "clip_id", "starts": "starts_at", "ends": "ends_at"}


def change(name: str, clip_id: str, **changes: object) -> dict[str, object]:
    body = {"custom_mode": True, "mv": "FUZZ-1.1", "lyrics": LYRICS, "continue_clip_id": clip_id}
    return {**body, **CHANGES[name], **changes}


def renamed(body: Mapping[str, object]) -> dict[str, object]:
    """The request in the words of the successor."""
    return {NAMES.get(name, name): value for name, value in body.items() if name != "custom_mode"}
