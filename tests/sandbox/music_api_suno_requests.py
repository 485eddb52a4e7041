"""Requests to Suno that build on something."""

from tests.sandbox.music_api_client import CUSTOM, Client

CREATE = "/suno/create"
WORDS = "[Verse]\nOut beyond the pier"


def extend(clip_id: str, **changes: object) -> dict[str, object]:
    body = {"task_type": "extend_music", "custom_mode": True, "mv": "chirp-v4-5", "prompt": WORDS}
    return {**body, "continue_clip_id": clip_id, "continue_at": 1.2, **changes}


def cover(clip_id: str, **changes: object) -> dict[str, object]:
    body = {"task_type": "cover_music", "custom_mode": True, "mv": "chirp-v5", "prompt": WORDS}
    return {**body, "continue_clip_id": clip_id, "tags": "jazz trio", **changes}


def by_persona(known: str, **changes: object) -> dict[str, object]:
    return {**CUSTOM, "task_type": "persona_music", "persona_id": known, **changes}


async def persona(client: Client, clip_id: str) -> str:
    body = {"name": "Harbor Voice", "description": "warm alto", "continue_clip_id": clip_id}
    answer = await client.post("/suno/persona", body)
    assert answer.json.keys() == {"code", "persona_id", "message"}
    return str(answer.json["persona_id"])
