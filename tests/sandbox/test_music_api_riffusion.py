from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sandbox.music_api import Behaviour, RealSound
from sandbox.music_api.faults import looks
from tests.sandbox.music_api_client import AT_ONCE, UPLOAD, Client, running
from tests.sandbox.music_api_riffusion_requests import (
    CHANGES,
    CLIP_FIELDS,
    CREATE,
    CUSTOM,
    DESCRIPTION,
    LYRICS,
    change,
)


async def lossless(client: Client, clip: Mapping[str, Any]) -> NDArray[np.float32]:
    body = {"clip_id": clip["clip_id"], "format": "wav"}
    [file] = await client.made("/producer/download", body)
    assert file["audio_url"].endswith(".wav")
    return await client.sound_of(file)


@pytest.mark.parametrize("body", [CUSTOM, DESCRIPTION, {**CUSTOM, "make_instrumental": True}])
async def test_two_songs_ripen_into_ogg_files(body: Mapping[str, object]) -> None:
    async with running(sound=RealSound(2.0)) as client:
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
            assert clip["duration"] == 2.0
            assert isinstance(clip["duration"], float)
            assert (clip["video_url"], clip["timestamp"], clip["mv"]) == (None, {}, body["mv"])
            answer = await client.get(clip["audio_url"])
            assert answer.headers["Content-Type"] == "audio/ogg"
            assert answer.raw.startswith(b"OggS")
            assert np.max(np.abs(await client.sound_of(clip))) > 0.05
            assert (await client.get(clip["image_url"])).status == 200
        marker = "[Instrumental]" if body.get("make_instrumental") else "[Verse"
        assert all(marker in clip["lyrics"] for clip in clips) or body.get("lyrics") == clips[0]["lyrics"]
        [charge] = client.api.charges
        assert (charge.operation, charge.credits) == ("riffusion.create", 10)


async def test_one_song_may_be_listed_before_the_other() -> None:
    async with running(behaviour=Behaviour(one_song_first=True)) as client:
        task_id = await client.start(CREATE, CUSTOM)
        client.clock.advance(1)
        assert len(await client.clips(task_id, prefix="riffusion")) == 2
        client.clock.advance(1.5)
        first = await client.until(task_id, lambda states: states[0] == "succeeded", prefix="riffusion")
        assert len(first) == 1
        client.clock.advance(1)
        assert len(await client.until(task_id, lambda states: len(states) == 2, prefix="riffusion")) == 2


@pytest.mark.parametrize("name", CHANGES)
async def test_every_change_makes_two_songs_that_sound(name: str) -> None:
    async with running(sound=RealSound(2.0)) as client:
        [song, _] = await client.made(CREATE, CUSTOM)
        clips = await client.made(CREATE, change(name, song["clip_id"]))
        assert [(clip["title"], clip["lyrics"]) for clip in clips] == [("Northbound", LYRICS)] * 2
        sounds = [await client.sound_of(clip) for clip in (song, *clips)]
        assert len({each.tobytes() for each in sounds}) == 3
        assert [charge.operation for charge in client.api.charges] == [
            "riffusion.create",
            f"riffusion.{name}",
        ]
        assert client.api.balance.total == 480


async def test_a_replaced_section_is_the_only_difference() -> None:
    async with running(sound=RealSound(2.5)) as client:
        [song, _] = await client.made(CREATE, CUSTOM)
        replaced = await client.made(CREATE, change("replace", song["clip_id"]))
        before = await lossless(client, song)
        low, high = 24_000, 60_000
        for clip in replaced:
            after = await lossless(client, clip)
            assert len(after) == len(before)
            assert np.array_equal(after[:low], before[:low])
            assert np.array_equal(after[high:], before[high:])
            assert np.mean((after - before)[low:high] ** 2) > 0.02 * np.mean(before[low:high] ** 2)


async def test_an_extension_is_the_new_part() -> None:
    async with running(sound=RealSound(2.5)) as client:
        [song, _] = await client.made(CREATE, CUSTOM)
        [more, _] = await client.made(CREATE, change("extend", song["clip_id"]))
        before, after = await lossless(client, song), await lossless(client, more)
        # It takes over in the middle of the sound: the first tenth of a second is still the song's own.
        assert np.max(np.abs(after[:4800] - before[48_000:52_800])) < 1e-3
        assert not np.array_equal(after[: len(before) - 48_000], before[48_000:])


async def test_swaps_keep_the_length() -> None:
    async with running(sound=RealSound(2.5)) as client:
        [song, _] = await client.made(CREATE, CUSTOM)
        before = await lossless(client, song)
        for name in ("swap_sound", "swap_vocals"):
            [other, _] = await client.made(CREATE, change(name, song["clip_id"]))
            after = await lossless(client, other)
            assert len(after) == len(before)
            # What is left after subtraction is only what was swapped.
            assert 0 < np.mean((after - before) ** 2) < 2.5 * np.mean(before**2)


async def test_uploads_have_task_types_of_their_own() -> None:
    async with running(seconds=AT_ONCE) as client:
        clip_id = await client.upload(UPLOAD, provider="riffusion")
        [song, _] = await client.made(CREATE, CUSTOM)
        for name, fields in CHANGES.items():
            plain = str(fields["task_type"])
            verb, _, rest = plain.partition("_music")
            for_uploads = f"{verb}_upload_music{rest}"
            assert len(await client.made(CREATE, change(name, clip_id, task_type=for_uploads))) == 2
            for body in (change(name, clip_id), change(name, song["clip_id"], task_type=for_uploads)):
                answer = await client.post(CREATE, body)
                assert answer.error == (400, "validation_error", "The 'task_type' field is invalid.")


async def test_a_failed_song_says_why() -> None:
    async with running() as client:
        task_id = await client.start(CREATE, CUSTOM)
        client.api.faults.add(looks.TaskFails())
        for clip in await client.clips(task_id, prefix="riffusion"):
            assert (clip["state"], clip["audio_url"], clip["duration"]) == ("failed", "", 0.0)
            assert clip["error_message"] == "Generation failed upstream; credits were given back."


INVALID: list[tuple[str, dict[str, object], str]] = [
    ("create", {"custom_mode": None}, "The 'custom_mode' field is required."),
    ("create", {"custom_mode": 1}, "The 'custom_mode' field should be boolean."),
    ("create", {"make_instrumental": None}, "The 'make_instrumental' field is required."),
    ("create", {"make_instrumental": "no"}, "The 'make_instrumental' field should be boolean."),
    ("create", {"mv": None}, "The 'mv' field is invalid."),
    ("create", {"mv": "FUZZ-2.0"}, "The 'mv' field is invalid."),
    ("create", {"custom_mode": False}, "The 'prompt' field is required."),
    ("create", {"lyrics": "x" * 3001}, "The lyrics character length should be less than 3000."),
    ("create", {"sound": "x" * 1001}, "The sound character length should be less than 1000."),
    ("create", {"title": "x" * 81}, "The title character length should be less than 80."),
    ("create", {"prompt": "x" * 401}, "The prompt character length should be less than 400."),
    ("create", {"task_type": "make_coffee"}, "The 'task_type' field is invalid."),
    ("create", {"task_type": "music_variation"}, "The 'task_type' field is invalid."),
    ("cover", {"custom_mode": False}, "The 'custom_mode' field is invalid."),
    ("cover", {"lyrics": ""}, "The 'lyrics' field is required."),
    ("cover", {"sound": None}, "The 'sound' field is required."),
    ("cover", {"continue_clip_id": None}, "The 'continue_clip_id' field is required."),
    ("cover", {"continue_clip_id": "nothing"}, "clip not found."),
    ("extend", {"sound": None}, "The 'sound' field is required."),
    ("extend", {"continue_at": None}, "The 'continue_at' field is required."),
    ("extend", {"continue_at": 1.5}, "The 'continue_at' field is invalid."),
    ("extend", {"continue_at": 0}, "The 'continue_at' field is invalid."),
    ("extend", {"continue_at": 3}, "The 'continue_at' field is invalid."),
    ("replace", {"starts": None}, "The 'starts' field is required."),
    ("replace", {"ends": None}, "The 'ends' field is required."),
    ("replace", {"starts": -1}, "The 'starts' field is invalid."),
    ("replace", {"starts": 1, "ends": 1}, "The 'ends' field is invalid."),
    ("replace", {"starts": 1.5, "ends": 1}, "The 'ends' field is invalid."),
    ("replace", {"ends": 2.2}, "The 'ends' field is invalid."),
    ("replace", {"starts": "1:00"}, "The 'starts' field is invalid."),
    ("swap_sound", {"lyrics": None}, "The 'lyrics' field is required."),
    ("swap_vocals", {"lyrics": None}, "The 'lyrics' field is required."),
]


@pytest.mark.parametrize(("name", "changes", "text"), INVALID)
async def test_a_wrong_request_is_refused(name: str, changes: dict[str, object], text: str) -> None:
    async with running() as client:
        [song, _] = await client.made(CREATE, CUSTOM)
        body = {**CUSTOM, **changes} if name == "create" else change(name, song["clip_id"]) | changes
        assert (await client.post(CREATE, body)).error == (400, "validation_error", text)
        assert len(client.api.charges) == 1


async def test_swaps_need_no_sound() -> None:
    async with running() as client:
        [song, _] = await client.made(CREATE, CUSTOM)
        for name in ("swap_sound", "swap_vocals"):
            await client.start(CREATE, change(name, song["clip_id"], sound=None))


async def test_providers_do_not_know_one_anothers_clips_and_tasks() -> None:
    async with running() as client:
        song = await client.song()
        task_id = await client.start(CREATE, CUSTOM)
        [other, _] = await client.finished(task_id, prefix="riffusion")
        answers = [
            await client.post(CREATE, change("cover", song["clip_id"])),
            await client.post("/suno/stems/basic", {"clip_id": other["clip_id"]}),
        ]
        assert {answer.error for answer in answers} == {(400, "validation_error", "clip not found.")}
        assert (await client.look(task_id)).error == (400, "validation_error", "task not found.")
        missing = await client.look("nothing", prefix="producer")
        assert missing.error == (404, "not_found", "task not found.")
