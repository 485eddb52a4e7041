import asyncio
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sandbox.music_api import Balance, RealSound
from tests.sandbox.music_api_client import AT_ONCE, CUSTOM, UPLOAD, Client, decoded, running
from tests.sandbox.music_api_suno_requests import CREATE, WORDS, by_persona, cover, extend, persona


async def wav(client: Client, clip: Mapping[str, Any]) -> NDArray[np.float32]:
    answer = await client.post("/suno/wav", {"clip_id": clip["clip_id"]})
    return decoded((await client.get(answer.json["data"]["wav_url"])).raw)


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
            parts = await client.made("/suno/stems/basic", {"clip_id": song["clip_id"]})
            stems.append([await wav(client, part) for part in parts])
        same = [np.array_equal(one, other) for one, other in zip(*stems, strict=True)]
        assert same == [False, True], "the band does not mind who sings"


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
