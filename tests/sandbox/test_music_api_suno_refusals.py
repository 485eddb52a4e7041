import pytest

from tests.sandbox.music_api_client import running
from tests.sandbox.music_api_suno_requests import CREATE, by_persona, cover, extend, persona

INVALID_EXTENDS: list[tuple[dict[str, object], str]] = [
    ({"custom_mode": False}, "The 'custom_mode' field is invalid."),
    ({"custom_mode": None}, "The 'custom_mode' field is required."),
    ({"mv": None}, "The 'mv' field is invalid."),
    ({"prompt": ""}, "The 'prompt' field is required."),
    ({"prompt": "x" * 5001}, "The prompt character length should be less than 5000."),
    ({"tags": "x" * 1001}, "The tags character length should be less than 1000."),
    ({"title": "x" * 81}, "The title character length should be less than 80."),
    ({"continue_clip_id": ""}, "The 'continue_clip_id' field is required."),
    ({"continue_clip_id": "0b8f4c3e"}, "clip not found."),
    ({"continue_at": None}, "The 'continue_at' field is required."),
    ({"continue_at": 0}, "The 'continue_at' field is invalid."),
    ({"continue_at": -1}, "The 'continue_at' field is invalid."),
    ({"continue_at": "1"}, "The 'continue_at' field is invalid."),
    ({"continue_at": True}, "The 'continue_at' field is invalid."),
    ({"continue_at": 2.2}, "The 'continue_at' field is invalid."),
    ({"continue_at": 10**400}, "The 'continue_at' field is invalid."),
    ({"style_weight": 2}, "The 'style_weight' field is invalid."),
    ({"weirdness_constraint": -0.1}, "The 'weirdness_constraint' field is invalid."),
    ({"vocal_gender": "f", "mv": "chirp-v4"}, "The 'vocal_gender' field is invalid."),
    ({"negative_tags": 5}, "The 'negative_tags' field is invalid."),
    ({"webhook_url": "http://example.com"}, "The 'webhook_url' field is invalid."),
]


@pytest.mark.parametrize(("changes", "text"), INVALID_EXTENDS)
async def test_a_wrong_extension_is_refused(changes: dict[str, object], text: str) -> None:
    async with running() as client:
        song = await client.song()
        answer = await client.post(CREATE, extend(song["clip_id"], **changes))
        assert answer.error == (400, "validation_error", text)
        assert len(client.api.charges) == 1


async def test_the_end_of_a_clip_may_be_rounded() -> None:
    async with running() as client:
        song = await client.song()
        assert (await client.post(CREATE, extend(song["clip_id"], continue_at=2.05))).status == 200


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"custom_mode": False}, "The 'custom_mode' field is invalid."),
        ({"prompt": None}, "The 'prompt' field is required."),
        ({"continue_clip_id": None}, "The 'continue_clip_id' field is required."),
        ({"audio_weight": 1.1}, "The 'audio_weight' field is invalid."),
    ],
)
async def test_a_wrong_cover_is_refused(changes: dict[str, object], text: str) -> None:
    async with running() as client:
        song = await client.song()
        answer = await client.post(CREATE, cover(song["clip_id"], **changes))
        assert answer.error == (400, "validation_error", text)


async def test_only_an_extension_can_be_joined_to_its_song() -> None:
    async with running() as client:
        song = await client.song()
        [more, _] = await client.made(CREATE, extend(song["clip_id"]))
        body = {"task_type": "concat_music", "continue_clip_id": more["clip_id"]}
        [whole] = await client.made(CREATE, body)
        for clip in (song, whole):
            answer = await client.post(CREATE, {**body, "continue_clip_id": clip["clip_id"]})
            assert answer.error == (400, "validation_error", "The 'continue_clip_id' field is invalid.")
        answer = await client.post(CREATE, {"task_type": "concat_music"})
        assert answer.error == (400, "validation_error", "The 'continue_clip_id' field is required.")


async def test_a_stem_is_nothing_to_go_on_with() -> None:
    async with running() as client:
        song = await client.song()
        [stem, _] = await client.made("/suno/stems/basic", {"clip_id": song["clip_id"]})
        clip_id = stem["clip_id"]
        body = {"name": "x", "description": "x", "continue_clip_id": clip_id}
        for path, each in ((CREATE, extend(clip_id)), (CREATE, cover(clip_id)), ("/suno/persona", body)):
            answer = await client.post(path, each)
            assert answer.error == (400, "validation_error", "The 'continue_clip_id' field is invalid.")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"name": ""}, "name and continue_clip_id are required"),
        ({"continue_clip_id": None}, "name and continue_clip_id are required"),
        ({"description": ""}, "description is required"),
        ({"name": "x" * 81}, "The name character length should be less than 80."),
        ({"description": "x" * 201}, "The description character length should be less than 200."),
        ({"continue_clip_id": "nothing"}, "clip not found."),
    ],
)
async def test_a_wrong_persona_is_refused(changes: dict[str, object], text: str) -> None:
    async with running() as client:
        song = await client.song()
        body = {"name": "Harbor", "description": "warm", "continue_clip_id": song["clip_id"], **changes}
        assert (await client.post("/suno/persona", body)).error == (400, "validation_error", text)
        assert len(client.api.charges) == 1


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"persona_id": None}, "The 'persona_id' field is required."),
        ({"persona_id": "nobody"}, "persona not found."),
        ({"custom_mode": False}, "The 'custom_mode' field is invalid."),
        ({"prompt": ""}, "The 'prompt' field is required."),
        ({"mv": "FUZZ-1.1"}, "The 'mv' field is invalid."),
    ],
)
async def test_a_wrong_song_by_a_persona_is_refused(changes: dict[str, object], text: str) -> None:
    async with running() as client:
        persona_id = await persona(client, (await client.song())["clip_id"])
        answer = await client.post(CREATE, by_persona(persona_id, **changes))
        assert answer.error == (400, "validation_error", text)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "description is required"),
        ({"description": "x" * 121}, "The description character length should be less than 120."),
        ({"description": 5}, "The 'description' field is invalid."),
    ],
)
async def test_wrong_requests_for_lyrics_are_refused(body: dict[str, object], text: str) -> None:
    async with running() as client:
        assert (await client.post("/suno/lyrics", body)).error == (400, "validation_error", text)
        assert client.api.charges == ()


async def test_the_moderation_reads_every_text() -> None:
    async with running() as client:
        song = await client.song()
        for path, body in (
            (CREATE, extend(song["clip_id"], prompt="an inappropriate line")),
            ("/suno/lyrics", {"description": "an inappropriate line"}),
            ("/suno/persona", {"name": "inappropriate line", "clip_id": song["clip_id"]}),
        ):
            assert (await client.post(path, body)).error == (
                *(403, "forbidden"),
                "inappropriate content: 'inappropriate line'",
            )


async def test_a_reset_forgets_personas() -> None:
    async with running() as client:
        persona_id = await persona(client, (await client.song())["clip_id"])
        client.api.reset()
        answer = await client.post(CREATE, by_persona(persona_id))
        assert answer.error == (400, "validation_error", "persona not found.")
