import asyncio
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sandbox.music_api import Balance, RealSound
from tests.sandbox.music_api_client import AT_ONCE, CUSTOM, UPLOAD, Client, decoded, running

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


async def wav(client: Client, clip: Mapping[str, Any]) -> NDArray[np.float32]:
    answer = await client.post("/suno/wav", {"clip_id": clip["clip_id"]})
    return decoded((await client.get(answer.json["data"]["wav_url"])).raw)


async def persona(client: Client, clip_id: str) -> str:
    body = {"name": "Harbor Voice", "description": "warm alto", "continue_clip_id": clip_id}
    answer = await client.post("/suno/persona", body)
    assert answer.json.keys() == {"code", "persona_id", "message"}
    return str(answer.json["persona_id"])


async def test_an_extension_is_the_new_part_and_concat_the_whole_song() -> None:
    async with running(sound=RealSound(2.5)) as client:
        song = await client.song()
        one, other = await client.made(CREATE, extend(song["clip_id"]))
        [whole] = await client.made(CREATE, {"task_type": "concat_music", "continue_clip_id": one["clip_id"]})
        first, new, all_of_it = [await wav(client, clip) for clip in (song, one, whole)]
        cut = round(1.2 * 48_000)
        assert len(all_of_it) == cut + len(new)
        assert np.array_equal(all_of_it[cut:], new)
        assert np.max(np.abs(all_of_it[:cut] - first[:cut])) < 1e-4
        assert not np.array_equal(new, await wav(client, other))
        assert float(whole["duration"]) == pytest.approx(1.2 + float(one["duration"]), abs=0.011)
        assert len(await client.sound_of(whole)) == pytest.approx(len(all_of_it), abs=3000)
        assert (one["title"], one["tags"], one["lyrics"]) == (song["title"], song["tags"], WORDS)
        assert whole["lyrics"] == f"{song['lyrics']}\n\n{WORDS}"
        assert [charge.credits for charge in client.api.charges] == [10, 10, 2]
        stems = await client.made("/suno/stems/basic", {"clip_id": one["clip_id"]})
        added = np.sum([await wav(client, stem) for stem in stems], axis=0)
        assert np.max(np.abs(added - new)) < 1e-3


async def test_a_cover_is_a_song_of_its_own() -> None:
    async with running(sound=RealSound(2.5)) as client:
        song = await client.song()
        covers = await client.made(CREATE, cover(song["clip_id"], title="Jazz", vocal_gender="m"))
        assert [(clip["title"], clip["tags"], clip["mv"]) for clip in covers] == [
            ("Jazz", "jazz trio", "chirp-v5")
        ] * 2
        sounds = [await client.sound_of(clip) for clip in (song, *covers)]
        assert len({sound.tobytes() for sound in sounds}) == 3
        assert [charge.operation for charge in client.api.charges] == ["suno.create", "suno.cover"]


async def test_a_persona_sings_with_the_voice_of_its_clip() -> None:
    async with running(sound=RealSound(2.0)) as client:
        for gender in ("f", "m"):
            made = await client.made(CREATE, {**CUSTOM, "vocal_gender": gender})
            persona_id = await persona(client, made[0]["clip_id"])
            sung = await client.made(CREATE, by_persona(persona_id, title=gender))
            assert [clip["title"] for clip in sung] == [gender] * 2
            # The same words are a different sound in another voice, and the same one in the same voice.
            assert np.array_equal(await wav(client, sung[0]), await wav(client, made[0]))
        assert [charge.credits for charge in client.api.charges] == [10, 1, 10] * 2
        assert [charge.operation for charge in client.api.charges[:3]] == [
            *("suno.create", "suno.persona"),
            "suno.persona_music",
        ]


async def test_the_gender_chooses_the_voice_and_nothing_else() -> None:
    async with running(sound=RealSound(2.0)) as client:
        stems = []
        for gender in ("f", "m"):
            [song, _] = await client.made(CREATE, {**CUSTOM, "vocal_gender": gender})
            parts = await client.made("/suno/stems/full", {"clip_id": song["clip_id"]})
            stems.append([await wav(client, part) for part in parts])
        same = [np.array_equal(one, other) for one, other in zip(*stems, strict=True)]
        assert not same[0]
        assert same[2:4] == [True, True], "drums and bass do not mind who sings"


async def test_a_persona_can_be_asked_for_in_the_newer_form() -> None:
    async with running() as client:
        song = await client.song()
        body = {"name": "Harbor", "clip_id": song["clip_id"], "describe": "warm", "styles": "folk"}
        assert (await client.post("/sonic/persona", body)).status == 200


async def test_an_upload_can_be_extended_and_covered_under_its_own_names() -> None:
    async with running(sound=RealSound(2.0), seconds=AT_ONCE) as client:
        clip_id = await client.upload(UPLOAD)
        for body in (
            extend(clip_id, task_type="extend_upload_music", continue_at=0.1),
            cover(clip_id, task_type="cover_upload_music"),
        ):
            for clip in await client.made(CREATE, body):
                assert np.max(np.abs(await client.sound_of(clip))) > 0.05
                assert clip["title"] == "hum"
        assert [charge.credits for charge in client.api.charges] == [2, 10, 10]


async def test_task_types_are_for_uploads_or_for_songs() -> None:
    async with running(seconds=AT_ONCE) as client:
        uploaded, song = await client.upload(UPLOAD), (await client.song())["clip_id"]
        charged = client.api.charges
        for body in (
            *(extend(uploaded), cover(uploaded)),
            extend(song, task_type="extend_upload_music"),
            cover(song, task_type="cover_upload_music"),
        ):
            answer = await client.post(CREATE, body)
            assert answer.error == (400, "validation_error", "The 'task_type' field is invalid.")
        assert client.api.charges == charged


async def test_lyrics_come_in_two_versions() -> None:
    async with running(seconds=AT_ONCE) as client:
        answer = await client.post("/suno/lyrics", {"description": "a quiet song about tides"})
        assert answer.json.keys() == {"code", "results", "message"}
        one, other = answer.json["results"]
        assert one["title"] != other["title"]
        assert one["lyrics"] != other["lyrics"]
        assert all(result["lyrics"].startswith("[Verse]") for result in (one, other))
        assert client.api.balance == Balance(498, 0)


async def test_a_request_that_answers_at_once_takes_its_time() -> None:
    async with running(seconds={"suno.lyrics": 20.0}) as client:
        asking = asyncio.create_task(client.post("/suno/lyrics", {"description": "tides"}))
        await client.clock.asleep()
        client.clock.advance(19.9)
        assert not asking.done()
        client.clock.advance(0.1)
        assert (await asking).status == 200


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
