"""Riffusion, its successor Producer and Nuro: what is heard, what is refused, what is whose.

What they send and answer is held against the API's pages in `tests/musicapi/test_shapes_fake.py`.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from musicapi import load_profile
from sandbox.music_api import Options, Sound
from sandbox.sound import RATE
from tests.sandbox.client import AT_ONCE, UPLOAD, Body, Client, running

CREATE, RENAMED, NURO = "/riffusion/create", "/producer/create", "/nuro/create"
LYRICS = "[Verse]\nSnow along the rails\n[Chorus]\nNorthbound, northbound"
CUSTOM: Body = {
    "custom_mode": True, "make_instrumental": False, "mv": "FUZZ-1.1 Pro", "lyrics": LYRICS,
    "title": "Northbound", "sound": "country, slide guitar",
}  # fmt: skip
DESCRIPTION: Body = {"custom_mode": False, "prompt": "slow r&b about trains", "mv": "FUZZ-1.0"}
CHANGES: Mapping[str, Body] = {
    "cover": {"task_type": "cover_music", "sound": "club techno"},
    "extend": {"task_type": "extend_music", "sound": "country", "continue_at": 1},
    "replace": {"task_type": "replace_music", "sound": "a brass break", "starts": 0.5, "ends": 1.25},
    "sound": {"task_type": "swap_music_sound", "sound": "string quartet"},
    "vocals": {"task_type": "swap_music_vocals", "sound": "deep male voice"},
}
NAMES = {"continue_clip_id": "clip_id", "starts": "starts_at", "ends": "ends_at"}
VOCALS: Body = {"type": "vocal", "lyrics": "[Verse]\nLanterns on the water", "gender": "Female"}
FIRST: Body = {"type": "bgm", "description": "slow dawn over a harbor", "genre": ["cinematic", "ambient"]}
SEGMENTS = [{"name": "intro", "duration": 15}, {"name": "inst", "duration": 16.5}]
SECOND: Body = {"type": "bgm", "version": "v2.0", "description": "a trailer", "segments": SEGMENTS}
LISTS = {
    name: list(load_profile("classic").options("nuro.instrumental", name))
    for name in ("genre", "mood", "instrument", "theme")
}
GONE = (410, "endpoint_retired", "This endpoint has been retired.")


def change(name: str, clip_id: str, **changes: object) -> dict[str, object]:
    body = {"custom_mode": True, "mv": "FUZZ-1.1", "lyrics": LYRICS, "continue_clip_id": clip_id}
    return {**body, **CHANGES[name], **changes}


def renamed(body: Body) -> dict[str, object]:
    """The request in the words of the successor."""
    return {NAMES.get(name, name): value for name, value in body.items() if name != "custom_mode"}


@pytest.mark.parametrize("body", [CUSTOM, DESCRIPTION, {**CUSTOM, "make_instrumental": True}])
async def test_two_songs_come_as_ogg_files(body: Body) -> None:
    async with running(sound=Sound(2.0)) as client:
        clips = await client.made(CREATE, body)
        marker = "[Instrumental]" if body.get("make_instrumental") else "[Verse"
        assert [marker in clip["lyrics"] for clip in clips] == [True] * 2
        for clip in clips:
            answer = await client.get(clip["audio_url"])
            assert (answer.headers["Content-Type"], answer.raw[:4]) == ("audio/ogg", b"OggS")
            assert np.max(np.abs(await client.sound_of(clip))) > 0.05
            assert (await client.get(clip["image_url"])).status == 200
        assert client.api.charges[0].credits == 10


@pytest.mark.parametrize("name", CHANGES)
async def test_every_change_makes_two_songs_that_are_heard_to_be_what_they_say(name: str) -> None:
    async with running(sound=Sound(8.0)) as client:
        [song, _] = await client.made(CREATE, CUSTOM)
        clips = await client.made(CREATE, change(name, song["clip_id"]))
        [newer, _] = await client.made(RENAMED, renamed(change(name, song["clip_id"])))
        before, *after = [await client.sound_of(clip) for clip in (song, *clips)]
        assert len({each.tobytes() for each in (before, *after)}) == 3
        assert np.array_equal(await client.sound_of(newer), after[0])
        if name != "extend":
            assert {len(each) for each in after} == {len(before)}
        if name == "replace":  # Vorbis spreads the difference by a block at most
            rest = np.max(np.abs(after[0] - before), axis=1)
            assert np.max(rest[: RATE // 3]) < 0.01
            assert np.max(rest[round(1.4 * RATE) :]) < 0.01
            assert np.max(rest[RATE // 2 : RATE]) > 0.1
        operations = [charge.operation for charge in client.api.charges]
        assert operations == ["riffusion.lyrics", *[f"riffusion.{name}"] * 2]


async def test_uploads_have_task_types_of_their_own_and_come_in_a_task_from_the_successor() -> None:
    async with running(seconds=AT_ONCE, sound=Sound(2.0)) as client:
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


async def nuro_song(client: Client, body: Body) -> dict[str, Any]:
    """Nuro's poll once the song is done."""
    task_id = await client.start(NURO, body)
    client.clock.advance(10)
    return (await client.look(task_id, prefix="nuro")).json


async def test_nuro_makes_one_wav_file_of_what_was_asked_for() -> None:
    async with running(sound=Sound(2.0)) as client:
        sounds = []
        for gender in ("Female", "Male"):
            done = await nuro_song(client, {**VOCALS, "gender": gender})
            assert (await client.get(done["audio_url"])).headers["Content-Type"] == "audio/wav"
            assert (await client.get(done["audio_url"].replace(".wav", ".mp3"))).status == 404
            sounds.append(await client.sound_of(done))
        assert len(sounds[0]) == len(sounds[1]) == 2 * RATE
        assert sounds[0].tobytes() != sounds[1].tobytes()
        for body, seconds in (({**FIRST, "duration": 3}, 3.0), (SECOND, 31.5)):
            done = await nuro_song(client, body)
            assert (done["duration"], len(await client.sound_of(done))) == (seconds, seconds * RATE)
        made = [(charge.operation, charge.credits) for charge in client.api.charges]
        assert made == [("nuro.song", 10)] * 2 + [("nuro.instrumental", 10)] * 2


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
    "replace": [*missing("starts", "ends"), *wrong("starts", -1, "1:00"), *wrong("ends", 2.2, 0.5, 0.25)],
    "sound": missing("lyrics"),
    "vocals": missing("lyrics"),
    "renamed": [
        ({}, "The 'sound' field is required."),
        ({"sound": "x", "mv": "FUZZ-3.0"}, "The 'mv' field is invalid."),
        *(long("sound", 2000), long("lyrics", 5000)),
        ({"task_type": "cover_music", "clip_id": "x"}, "The 'sound' field is required."),
        (change("cover", "x"), "The 'clip_id' field is required."),
    ],
}


@pytest.mark.parametrize(
    ("name", "changes", "text"), [(name, *row) for name, rows in INVALID.items() for row in rows]
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


NURO_INVALID: list[tuple[Body, list[tuple[dict[str, object], str]]]] = [
    (VOCALS, wrong("type", "opera", None, 5)),
    (VOCALS, [({"lyrics": ""}, "The 'lyrics' field is required."), long("lyrics", 2000)]),
    (VOCALS, [row for name in ("gender", "genre", "mood") for row in wrong(name, "nothing", ["Pop"])]),
    (VOCALS, wrong("duration", 29, 241, 60.5, "60", [60])),
    (FIRST, [({"description": ""}, "The 'description' field is required."), *wrong("version", "v3.0")]),
    (FIRST, [row for name, some in LISTS.items() for row in wrong(name, some[0], ["?"], some[:6])]),
    (FIRST, [*wrong("duration", 0, 61), *wrong("segments", SEGMENTS)]),
    (SECOND, [long("description", 200), *wrong("genre", ["pop"]), *wrong("duration", 29, 121)]),
    (SECOND, wrong("segments", [], "intro")),
]


@pytest.mark.parametrize(
    ("body", "changes", "text"), [(body, *row) for body, rows in NURO_INVALID for row in rows]
)
async def test_a_wrong_request_is_refused_in_nuros_words(body: Body, changes: Body, text: str) -> None:
    async with running() as client:
        answer = await client.post(NURO, {**body, **changes})
        assert answer.status == 400
        assert answer.json == {"type": "bad_request", "message": text, "refund_processed": False}
        assert client.api.charges == ()


async def test_the_widest_requests_are_accepted() -> None:
    async with running() as client:
        five = {name: some[-5:] for name, some in LISTS.items()}
        for body in (
            {**VOCALS, "lyrics": "x" * 2000, "duration": 240},
            {"type": "bgm", "version": "v1.0", "description": "x" * 400, **five, "duration": 1},
            {**SECOND, "segments": [{"name": "outro", "duration": 120}], "description": "x" * 200},
            {**SECOND, "segments": None, "duration": 30},
        ):
            assert (await client.post(NURO, body)).status == 200


async def test_nuros_queue_is_its_own_and_has_an_end() -> None:
    async with running(options=Options(nuro_queue=1)) as client:
        await nuro_song(client, VOCALS)
        await client.start(NURO, VOCALS)
        answer = await client.post(NURO, VOCALS)
        assert (answer.status, answer.json["message"]) == (403, "Queue is full")
        await client.start("/suno/create")
        assert len(client.api.charges) == 3


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


async def test_what_the_vendor_has_taken_down_answers_410_and_the_rest_does_not() -> None:
    async with running(options=Options(retired=("riffusion.cover", "riffusion.upload", "nuro.*"))) as client:
        [song, _] = await client.made(RENAMED, {"sound": "techno"})
        for path, body in (
            (RENAMED, renamed(change("cover", song["clip_id"]))),
            ("/producer/upload", {"audio_url": UPLOAD}),
            *((NURO, body) for body in (VOCALS, {})),
        ):
            assert (await client.post(path, body)).error == GONE
        assert (await client.look("any", prefix="nuro")).error == GONE
        assert (await client.ask("POST", NURO, body=VOCALS, key=None)).status == 401
        assert len(client.api.charges) == 1
