import numpy as np
import pytest

from sandbox.music_api import Behaviour, RealSound
from sandbox.music_api.faults import looks
from tests.sandbox.music_api_client import UPLOAD, running
from tests.sandbox.music_api_riffusion_requests import (
    CHANGES,
    CLIP_FIELDS,
    CREATE,
    CUSTOM,
    LYRICS,
    RENAMED,
    change,
    renamed,
)


@pytest.mark.parametrize("name", CHANGES)
async def test_the_successor_asks_for_the_same_with_other_names(name: str) -> None:
    async with running(sound=RealSound(2.0)) as client:
        [song, _] = await client.made(CREATE, CUSTOM)
        [classic, _] = await client.made(CREATE, change(name, song["clip_id"]))
        [newer, _] = await client.made(RENAMED, renamed(change(name, song["clip_id"])))
        assert newer["sound"] == CHANGES[name]["sound"]
        assert np.array_equal(await client.sound_of(classic), await client.sound_of(newer))
        assert [charge.operation for charge in client.api.charges][1:] == [f"riffusion.{name}"] * 2
        answer = await client.post(RENAMED, change(name, song["clip_id"]))
        assert answer.error == (400, "validation_error", "The 'clip_id' field is required.")


async def test_the_successors_polls_have_a_state_for_the_whole_task() -> None:
    async with running() as client:
        task_id = await client.start(RENAMED, {"sound": "techno"})
        assert (await client.look(task_id, prefix="producer")).status == 202
        client.clock.advance(1)
        running_body = (await client.look(task_id, prefix="producer")).json
        assert running_body["status"] == "RUNNING"
        for clip in await client.finished(task_id, prefix="producer"):
            assert clip.keys() == CLIP_FIELDS | {"sound"}
            assert (clip["sound"], clip["mv"]) == ("techno", "FUZZ-2.0")
        assert (await client.look(task_id, prefix="producer")).json["status"] == "SUCCESS"
        classic = (await client.look(task_id, prefix="riffusion")).json
        assert classic.keys() == {"code", "data", "message"}
        client.api.faults.add(looks.TaskFails(), "riffusion.task")
        failing = await client.start(RENAMED, {"lyrics": LYRICS})
        assert (await client.look(failing, prefix="producer")).json["status"] == "FAILED"
        assert (await client.look(failing, prefix="producer")).json["data"][0]["state"] == "failed"
        assert client.api.charges[-1].refunded_at is not None


async def test_the_successor_uploads_and_downloads_in_tasks() -> None:
    async with running(sound=RealSound(2.0)) as client:
        [uploaded] = await client.made("/producer/upload", {"audio_url": UPLOAD})
        assert uploaded["duration"] == 6.0
        for kind, start in (("mp3", b"ID3"), ("wav", b"RIFF")):
            body = {"clip_id": uploaded["clip_id"], "format": kind}
            [file] = await client.made("/producer/download", body)
            raw = (await client.get(file["audio_url"])).raw
            assert file["audio_url"].endswith(kind)
            assert raw.startswith(start) or raw[:1] == b"\xff"
        [varied, _] = await client.made(
            RENAMED, {"task_type": "music_variation", "clip_id": uploaded["clip_id"]}
        )
        assert varied["duration"] == 6.0
        assert [charge.credits for charge in client.api.charges] == [2, 2, 2, 10]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "The 'sound' field is required."),
        ({"sound": "x", "mv": "FUZZ-3.0"}, "The 'mv' field is invalid."),
        ({"sound": "x" * 2001}, "The sound character length should be less than 2000."),
        ({"lyrics": "x" * 5001}, "The lyrics character length should be less than 5000."),
        ({"sound": "x", "sound_strength": 0.1}, "The 'sound_strength' field is invalid."),
        ({"sound": "x", "lyrics_strength": 1.1}, "The 'lyrics_strength' field is invalid."),
        ({"sound": "x", "weirdness": "very"}, "The 'weirdness' field is invalid."),
        ({"sound": "x", "seed": 1.5}, "The 'seed' field is invalid."),
        ({"task_type": "cover_music", "clip_id": "x"}, "The 'sound' field is required."),
    ],
)
async def test_a_wrong_request_to_the_successor_is_refused(body: dict[str, object], text: str) -> None:
    async with running() as client:
        assert (await client.post(RENAMED, body)).error == (400, "validation_error", text)


async def test_what_the_vendor_has_taken_down_answers_410_and_the_rest_does_not() -> None:
    retired = ["riffusion.cover", "riffusion.upload"]
    async with running(behaviour=Behaviour(retired=retired)) as client:
        [song, _] = await client.made(RENAMED, {"sound": "techno"})
        body = renamed(change("cover", song["clip_id"]))
        for path, each in ((RENAMED, body), ("/producer/upload", {"audio_url": UPLOAD})):
            answer = await client.post(path, each)
            assert answer.error == (410, "endpoint_retired", "This endpoint has been retired.")
        assert len(client.api.charges) == 1
