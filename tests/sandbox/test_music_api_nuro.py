import asyncio
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from sandbox.music_api import Balance, Behaviour, RealSound
from sandbox.music_api.faults import looks, refusals
from sandbox.music_api.nuro_lists import BGM, VOCAL
from tests.sandbox.music_api_client import Client, running

CREATE = "/nuro/create"
VOCALS: Mapping[str, object] = {
    "type": "vocal",
    "lyrics": "[Verse]\nLanterns on the water",
    "gender": "Female",
    "genre": "Pop",
    "mood": "Chill",
    "timbre": "Warm",
}
FIRST: Mapping[str, object] = {
    "type": "bgm",
    "description": "slow dawn over a harbor",
    "genre": ["cinematic", "ambient"],
    "mood": ["calm", "hopeful"],
    "instrument": ["piano", "strings"],
    "theme": ["journey"],
}
SEGMENTS = [{"name": "intro", "duration": 15}, {"name": "inst", "duration": 16.5}]
SECOND: Mapping[str, object] = {
    "type": "bgm",
    "version": "v2.0",
    "description": "trailer cue that keeps rising",
    "segments": SEGMENTS,
}
EMPTY = {"audio_url": "", "lyrics": "", "duration": 0, "genre": "", "mood": "", "gender": "", "timbre": ""}


async def song(client: Client, body: Mapping[str, object]) -> dict[str, Any]:
    """The poll's body once the song is done."""
    return await _done(client, await client.start(CREATE, body))


async def _done(client: Client, task_id: str) -> dict[str, Any]:
    client.clock.advance(10)
    async with asyncio.timeout(60):
        while True:
            answer = await client.look(task_id, prefix="nuro")
            if answer.json["status"] == "succeeded":
                return answer.json
            await asyncio.sleep(0.01)


async def test_a_poll_is_flat_and_says_how_far_it_is() -> None:
    async with running() as client:
        answer = await client.post(CREATE, VOCALS)
        assert answer.json.keys() == {"message", "task_id"}
        task_id = answer.json["task_id"]
        for seconds, status, progress in ((0, "pending", 0), (0.9, "running", 45), (1, "running", 95)):
            client.clock.advance(seconds)
            look = await client.look(task_id, prefix="nuro")
            assert look.status == 200
            assert look.json == {"task_id": task_id, "status": status, "progress": progress, **EMPTY}


async def test_a_sung_song_is_one_wav_file() -> None:
    async with running(sound=RealSound(2.0)) as client:
        done = await song(client, VOCALS)
        facts = {name: VOCALS[name] for name in ("lyrics", "gender", "genre", "mood", "timbre")}
        assert {name: done[name] for name in facts} == facts
        assert (done["status"], done["progress"], done["duration"]) == ("succeeded", 100, 2.0)
        assert done["audio_url"].startswith(f"{client.api.origin}/files/song-")
        answer = await client.get(done["audio_url"])
        assert answer.headers["Content-Type"] == "audio/wav"
        sound = await client.sound_of(done)
        assert len(sound) == 96_000
        assert np.max(np.abs(sound)) > 0.05
        [charge] = client.api.charges
        assert (charge.operation, charge.credits) == ("nuro.vocal", 10)


async def test_the_gender_is_heard() -> None:
    async with running(sound=RealSound(2.0)) as client:
        sounds = [
            await client.sound_of(await song(client, {**VOCALS, "gender": gender}))
            for gender in ("Female", "Male")
        ]
        assert not np.array_equal(sounds[0], sounds[1])


async def test_what_is_left_open_is_predicted() -> None:
    async with running() as client:
        done = await song(client, {"type": "vocal", "lyrics": "[Verse]\nLanterns"})
        assert all(done[name] in options for name, options in VOCAL.items())


async def test_an_instrumental_shows_what_it_was_made_from() -> None:
    async with running(sound=RealSound(2.0)) as client:
        done = await song(client, {**FIRST, "duration": 3})
        assert {name: done[name] for name in ("prompt", "genre", "mood", "instrument", "theme")} == {
            "prompt": "slow dawn over a harbor",
            "genre": "cinematic",
            "mood": "calm",
            "instrument": "piano",
            "theme": "journey",
        }
        assert (done["lyrics"], done["gender"], done["timbre"], done["duration"]) == ("", "", "", 3.0)
        assert len(await client.sound_of(done)) == 144_000
        assert client.api.charges[0].operation == "nuro.bgm"


async def test_segments_say_how_long_it_is() -> None:
    async with running(sound=RealSound(2.0)) as client:
        done = await song(client, SECOND)
        assert done["duration"] == 31.5
        assert len(await client.sound_of(done)) == 31.5 * 48_000


async def test_its_file_is_there_only_when_it_is_done() -> None:
    async with running() as client:
        task_id = await client.start(CREATE, VOCALS)
        [clip] = client.api._service.library.tasks[task_id].clips
        url = f"{client.api.origin}/files/{clip.clip_id}.wav"
        assert (await client.get(url)).status == 404
        assert (await _done(client, task_id))["audio_url"] == url
        assert (await client.get(url)).status == 200
        assert (await client.get(url.replace(".wav", ".mp3"))).status == 404


Row = tuple[Mapping[str, object], Mapping[str, object], str]


def wrong(body: Mapping[str, object], name: str, *values: object) -> list[Row]:
    return [(body, {name: value}, f"The '{name}' field is invalid.") for value in values]


INVALID: list[Row] = [
    *wrong(VOCALS, "type", "opera", None, 5),
    (VOCALS, {"lyrics": ""}, "The 'lyrics' field is required."),
    (VOCALS, {"lyrics": "x" * 2001}, "The lyrics character length should be less than 2000."),
    *(row for name in VOCAL for row in wrong(VOCALS, name, "nothing", ["Pop"])),
    *wrong(VOCALS, "duration", 29, 241, 60.5, "60", [60]),
    (FIRST, {"description": ""}, "The 'description' field is required."),
    *wrong(FIRST, "version", "v3.0"),
    *(row for name, some in BGM.items() for row in wrong(FIRST, name, some[0], ["?"], list(some[:6]))),
    *wrong(FIRST, "duration", 0, 61),
    *wrong(FIRST, "segments", SEGMENTS),
    (SECOND, {"description": "x" * 201}, "The description character length should be less than 200."),
    *wrong(SECOND, "genre", ["pop"]),
    *wrong(SECOND, "duration", 29, 121),
    *wrong(SECOND, "segments", [], "intro", [5], [{"name": "intro", "duration": 29}], SEGMENTS * 4),
    (SECOND, {"segments": [{"name": "solo", "duration": 30}]}, "The 'name' field is invalid."),
    (SECOND, {"segments": [{"duration": 30}]}, "The 'name' field is required."),
    (SECOND, {"segments": [{"name": "intro", "duration": 4}]}, "The 'duration' field is invalid."),
    (SECOND, {"segments": [{"name": "intro"}]}, "The 'duration' field is required."),
]


@pytest.mark.parametrize(("body", "changes", "text"), INVALID)
async def test_a_wrong_request_is_refused_in_nuros_words(
    body: Mapping[str, object], changes: Mapping[str, object], text: str
) -> None:
    async with running() as client:
        answer = await client.post(CREATE, {**body, **changes})
        assert answer.status == 400
        assert answer.json == {"type": "bad_request", "message": text, "refund_processed": False}
        assert client.api.charges == ()


async def test_the_widest_requests_are_accepted() -> None:
    async with running() as client:
        five = {name: list(options[-5:]) for name, options in BGM.items()}
        for body in (
            {**VOCALS, "lyrics": "x" * 2000, "duration": 240},
            {"type": "bgm", "version": "v1.0", "description": "x" * 500, **five, "duration": 1},
            {**SECOND, "segments": [{"name": "outro", "duration": 120}], "description": "x" * 200},
            {**SECOND, "segments": None, "duration": 30},
        ):
            assert (await client.post(CREATE, body)).status == 200


async def test_the_queue_can_be_full() -> None:
    async with running(behaviour=Behaviour(nuro_queue=1)) as client:
        await song(client, VOCALS)
        await client.start(CREATE, VOCALS)
        answer = await client.post(CREATE, VOCALS)
        full = {"type": "forbidden", "message": "Queue is full", "refund_processed": False}
        assert (answer.status, answer.json) == (403, full)
        await client.start("/suno/create")
        assert len(client.api.charges) == 3


async def test_errors_have_nuros_words() -> None:
    async with running(credits=5) as client:
        lacking = await client.post(CREATE, VOCALS)
        assert (lacking.status, lacking.json["message"]) == (403, "The remaining credits are not enough.")
        unknown = await client.look("nothing", prefix="nuro")
        assert (unknown.status, unknown.json["type"]) == (404, "not_found")
        stranger = await client.ask("POST", CREATE, body=VOCALS, key=None)
        assert (stranger.status, stranger.json["type"]) == (401, "unauthorized")
        client.api.faults.add(refusals.ServerError())
        broken = await client.post(CREATE, VOCALS)
        assert (broken.status, broken.json["type"]) == (500, "api_error")
        assert client.api.balance == Balance(5, 0)


async def test_a_failed_song_is_told_in_either_way() -> None:
    async with running() as client:
        task_id = await client.start(CREATE, VOCALS)
        client.clock.advance(0.9)
        client.api.faults.add(looks.TaskFails())
        answer = await client.look(task_id, prefix="nuro")
        assert (answer.status, answer.json) == (
            200,
            {"task_id": task_id, "status": "failed", "progress": 45, **EMPTY},
        )
        task_id = await client.start(CREATE, VOCALS)
        client.api.faults.add(looks.TaskFails("error"))
        answer = await client.look(task_id, prefix="nuro")
        assert (answer.status, answer.json["type"], answer.json["refund_processed"]) == (
            500,
            "api_error",
            True,
        )
        assert client.api.balance == Balance(500, 0)


async def test_a_retired_nuro_answers_410_to_creates_and_polls() -> None:
    async with running(behaviour=Behaviour(retired=("nuro.*",))) as client:
        for answer in (await client.post(CREATE, VOCALS), await client.look("any", prefix="nuro")):
            assert answer.error == (410, "endpoint_retired", "This endpoint has been retired.")
        assert (await client.post(CREATE, {})).status == 410
        assert (await client.ask("POST", CREATE, body=VOCALS, key=None)).status == 401
        assert client.api.charges == ()
        assert (await client.song())["state"] == "succeeded"
