"""Riffusion and its successor Producer: two dialects of the same operations."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from sandbox.music_api import LoopSound, Options
from sandbox.sound import RATE
from tests.fakes.api_faults import polls
from tests.sandbox.client import AT_ONCE, UPLOAD, Body, running

CREATE, RENAMED = "/riffusion/create", "/producer/create"
LYRICS = "[Verse]\nSnow along the rails\n[Chorus]\nNorthbound, northbound"
CUSTOM: Body = {
    "custom_mode": True,
    "make_instrumental": False,
    "mv": "FUZZ-1.1 Pro",
    "lyrics": LYRICS,
    "title": "Northbound",
    "sound": "country, slide guitar",
}
DESCRIPTION: Body = {"custom_mode": False, "prompt": "slow r&b about trains", "mv": "FUZZ-1.0"}
CLIP_FIELDS = {
    *("clip_id", "title", "lyrics", "image_url", "audio_url", "video_url", "created_at"),
    *("mv", "duration", "timestamp", "state"),
}
CHANGES: Mapping[str, Body] = {
    "cover": {"task_type": "cover_music", "sound": "club techno"},
    "extend": {"task_type": "extend_music", "sound": "country", "continue_at": 1},
    "replace": {"task_type": "replace_music", "sound": "a brass break", "starts": 0.5, "ends": 1.25},
    "sound": {"task_type": "swap_music_sound", "sound": "string quartet"},
    "vocals": {"task_type": "swap_music_vocals", "sound": "deep male voice"},
}
NAMES = {"continue_clip_id": "clip_id", "starts": "starts_at", "ends": "ends_at"}


def change(name: str, clip_id: str, **changes: object) -> dict[str, object]:
    body = {"custom_mode": True, "mv": "FUZZ-1.1", "lyrics": LYRICS, "continue_clip_id": clip_id}
    return {**body, **CHANGES[name], **changes}


def renamed(body: Body) -> dict[str, object]:
    """The request in the words of the successor."""
    return {NAMES.get(name, name): value for name, value in body.items() if name != "custom_mode"}


@pytest.mark.parametrize("body", [CUSTOM, DESCRIPTION, {**CUSTOM, "make_instrumental": True}])
async def test_two_songs_ripen_into_ogg_files(body: Body) -> None:
    async with running(sound=LoopSound(2.0)) as client:
        task_id = await client.start(CREATE, body)
        early = await client.look(task_id, prefix="riffusion")
        assert (early.status, early.json["type"]) == (202, "not_ready")
        client.clock.advance(1)
        for clip in await client.clips(task_id, prefix="riffusion"):
            assert clip.keys() == CLIP_FIELDS
            shown = (clip["state"], clip["audio_url"], clip["image_url"], clip["duration"])
            assert shown == ("running", "", "", 0.0)
        clips = await client.finished(task_id, prefix="riffusion")
        assert len(clips) == 2
        for clip in clips:
            assert clip["audio_url"] == f"{client.api.origin}/files/{clip['clip_id']}.ogg"
            assert (clip["duration"], clip["video_url"], clip["timestamp"]) == (2.0, None, {})
            assert clip["mv"] == body["mv"]
            answer = await client.get(clip["audio_url"])
            assert (answer.headers["Content-Type"], answer.raw[:4]) == ("audio/ogg", b"OggS")
            assert np.max(np.abs(await client.sound_of(clip))) > 0.05
            assert (await client.get(clip["image_url"])).status == 200
        marker = "[Instrumental]" if body.get("make_instrumental") else "[Verse"
        assert all(marker in clip["lyrics"] for clip in clips)
        assert client.api.charges[0].credits == 10


@pytest.mark.parametrize("name", CHANGES)
async def test_every_change_makes_two_songs_that_are_heard_to_be_what_they_say(name: str) -> None:
    async with running(sound=LoopSound(8.0)) as client:
        [song, _] = await client.made(CREATE, CUSTOM)
        clips = await client.made(CREATE, change(name, song["clip_id"]))
        [newer, _] = await client.made(RENAMED, renamed(change(name, song["clip_id"])))
        assert [(clip["title"], clip["lyrics"]) for clip in clips] == [("Northbound", LYRICS)] * 2
        before, *after = [await client.sound_of(clip) for clip in (song, *clips)]
        assert len({each.tobytes() for each in (before, *after)}) == 3
        assert np.array_equal(await client.sound_of(newer), after[0])
        assert newer["sound"] == CHANGES[name]["sound"]
        if name != "extend":
            assert {len(each) for each in after} == {len(before)}
        if name == "replace":  # Vorbis spreads the difference by a block at most
            rest = np.max(np.abs(after[0] - before), axis=1)
            assert np.max(rest[: RATE // 3]) < 0.01
            assert np.max(rest[round(1.4 * RATE) :]) < 0.01
            assert np.max(rest[RATE // 2 : RATE]) > 0.1
        operations = [charge.operation for charge in client.api.charges]
        assert operations == ["riffusion.lyrics", *[f"riffusion.{name}"] * 2]
        answer = await client.post(RENAMED, change(name, song["clip_id"]))
        assert answer.error == (400, "validation_error", "The 'clip_id' field is required.")


async def test_the_successors_polls_have_a_state_for_the_whole_task() -> None:
    async with running() as client:
        task_id = await client.start(RENAMED, {"sound": "techno"})
        assert (await client.look(task_id, prefix="producer")).status == 202
        client.clock.advance(1)
        assert (await client.look(task_id, prefix="producer")).json["status"] == "RUNNING"
        for clip in await client.finished(task_id, prefix="producer"):
            assert clip.keys() == CLIP_FIELDS | {"sound"}
            assert (clip["sound"], clip["mv"]) == ("techno", "FUZZ-2.0")
        assert (await client.look(task_id, prefix="producer")).json["status"] == "SUCCESS"
        classic = (await client.look(task_id, prefix="riffusion")).json
        assert classic.keys() == {"code", "data", "message"}
        client.api.faults.add(polls.TaskFails(), "riffusion.task")
        failing = await client.start(RENAMED, {"lyrics": LYRICS})
        for prefix in ("producer", "riffusion"):
            body = (await client.look(failing, prefix=prefix)).json
            assert body.get("status", "FAILED") == "FAILED"
            clip = body["data"][0]
            assert (clip["state"], clip["audio_url"], clip["duration"]) == ("failed", "", 0.0)
            assert clip["error_message"] == "Generation failed upstream; credits were given back."
        assert client.api.charges[-1].refunded_at is not None


async def test_uploads_have_task_types_of_their_own_and_come_in_a_task_from_the_successor() -> None:
    async with running(seconds=AT_ONCE, sound=LoopSound(2.0)) as client:
        clip_id = await client.upload(UPLOAD, provider="riffusion")
        [song, _] = await client.made(CREATE, CUSTOM)
        for name, fields in CHANGES.items():
            verb, _, rest = str(fields["task_type"]).partition("_music")
            for_uploads = f"{verb}_upload_music{rest}"
            assert len(await client.made(CREATE, change(name, clip_id, task_type=for_uploads))) == 2
            for body in (change(name, clip_id), change(name, song["clip_id"], task_type=for_uploads)):
                answer = await client.post(CREATE, body)
                assert answer.error == (400, "validation_error", "The 'task_type' field is invalid.")
        [uploaded] = await client.made("/producer/upload", {"audio_url": UPLOAD})
        assert uploaded["duration"] == 6.0
        covered = renamed(change("cover", uploaded["clip_id"]))
        assert len(await client.made(RENAMED, covered)) == 2


def wrong(name: str, *values: object) -> list[tuple[dict[str, object], str]]:
    return [({name: value}, f"The '{name}' field is invalid.") for value in values]


def missing(*names: str) -> list[tuple[dict[str, object], str]]:
    return [({name: None}, f"The '{name}' field is required.") for name in names]


def long(name: str, limit: int) -> tuple[dict[str, object], str]:
    return {name: "x" * (limit + 1)}, f"The {name} character length should be less than {limit}."


INVALID: Mapping[str, list[tuple[dict[str, object], str]]] = {
    "create": [
        ({"make_instrumental": "no"}, "The 'make_instrumental' field should be boolean."),
        *missing("make_instrumental"),
        *wrong("mv", None, "FUZZ-2.0"),
        ({"custom_mode": False}, "The 'prompt' field is required."),
        *(long("lyrics", 3000), long("sound", 1000), long("title", 80)),
        *wrong("task_type", "make_coffee", "music_variation"),
    ],
    "cover": [
        *wrong("custom_mode", False),  # noqa: FBT003 - a value like any other
        *missing("lyrics", "sound", "continue_clip_id"),
        ({"continue_clip_id": "nothing"}, "clip not found."),
    ],
    "extend": [*missing("sound", "continue_at"), *wrong("continue_at", 1.5, 0, 3)],
    "replace": [
        *missing("starts", "ends"),
        *wrong("starts", -1, "1:00"),
        *wrong("ends", 2.2, 0.5, 0.25),
    ],
    "sound": missing("lyrics"),
    "vocals": missing("lyrics"),
}
RENAMED_INVALID: list[tuple[dict[str, Any], str]] = [
    ({}, "The 'sound' field is required."),
    ({"sound": "x", "mv": "FUZZ-3.0"}, "The 'mv' field is invalid."),
    long("sound", 2000),
    long("lyrics", 5000),
    ({"task_type": "cover_music", "clip_id": "x"}, "The 'sound' field is required."),
]


@pytest.mark.parametrize(
    ("name", "changes", "text"),
    [(name, *row) for name, rows in {**INVALID, "renamed": RENAMED_INVALID}.items() for row in rows],
)
async def test_a_wrong_request_is_refused(name: str, changes: dict[str, object], text: str) -> None:
    async with running() as client:
        [song, _] = await client.made(CREATE, CUSTOM)
        if name in CHANGES:
            path, body = CREATE, change(name, song["clip_id"]) | changes
        else:
            path, body = (RENAMED, changes) if name == "renamed" else (CREATE, {**CUSTOM, **changes})
        assert (await client.post(path, body)).error == (400, "validation_error", text)
        assert len(client.api.charges) == 1


async def test_providers_do_not_know_one_anothers_clips_and_tasks() -> None:
    async with running() as client:
        song = await client.song()
        task_id = await client.start(CREATE, CUSTOM)
        [other, _] = await client.finished(task_id, prefix="riffusion")
        for name in ("sound", "vocals"):  # swaps need no sound
            await client.start(CREATE, change(name, other["clip_id"], sound=None))
        answers = [
            await client.post(CREATE, change("cover", song["clip_id"])),
            await client.post("/suno/stems/basic", {"clip_id": other["clip_id"]}),
        ]
        assert {answer.error for answer in answers} == {(400, "validation_error", "clip not found.")}
        assert (await client.look(task_id)).error == (400, "validation_error", "task not found.")
        unknown = await client.look("nothing", prefix="producer")
        assert unknown.error == (404, "not_found", "task not found.")


async def test_what_the_vendor_has_taken_down_answers_410_and_the_rest_does_not() -> None:
    retired = ["riffusion.cover", "riffusion.upload"]
    async with running(options=Options(retired=retired)) as client:
        [song, _] = await client.made(RENAMED, {"sound": "techno"})
        body = renamed(change("cover", song["clip_id"]))
        for path, each in ((RENAMED, body), ("/producer/upload", {"audio_url": UPLOAD})):
            answer = await client.post(path, each)
            assert answer.error == (410, "endpoint_retired", "This endpoint has been retired.")
        assert len(client.api.charges) == 1
