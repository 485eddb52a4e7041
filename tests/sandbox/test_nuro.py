"""Nuro: one song a task, flat polls, envelopes and words of its own."""

from typing import Any

import pytest

from musicapi import load_profile
from sandbox.music_api import Balance, LoopSound, Options
from sandbox.sound import RATE
from tests.fakes.api_faults import polls, refusals
from tests.sandbox.client import Body, Client, running

CREATE = "/nuro/create"
VOCALS: Body = {
    "type": "vocal",
    "lyrics": "[Verse]\nLanterns on the water",
    "gender": "Female",
    "genre": "Pop",
    "mood": "Chill",
    "timbre": "Warm",
}
FIRST: Body = {
    "type": "bgm",
    "description": "slow dawn over a harbor",
    "genre": ["cinematic", "ambient"],
    "mood": ["calm", "hopeful"],
    "instrument": ["piano", "strings"],
    "theme": ["journey"],
}
SEGMENTS = [{"name": "intro", "duration": 15}, {"name": "inst", "duration": 16.5}]
SECOND: Body = {"type": "bgm", "version": "v2.0", "description": "a trailer", "segments": SEGMENTS}
EMPTY = {"audio_url": "", "lyrics": "", "duration": 0, "genre": "", "mood": "", "gender": "", "timbre": ""}
LISTS = {
    name: list(load_profile("classic").options("nuro.instrumental", name))
    for name in ("genre", "mood", "instrument", "theme")
}


async def song(client: Client, body: Body) -> dict[str, Any]:
    """The poll's body once the song is done."""
    task_id = await client.start(CREATE, body)
    client.clock.advance(10)
    return (await client.look(task_id, prefix="nuro")).json


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


async def test_a_sung_song_is_one_wav_file_with_the_singer_that_was_asked_for() -> None:
    async with running(sound=LoopSound(2.0)) as client:
        sounds = []
        for gender in ("Female", "Male"):
            done = await song(client, {**VOCALS, "gender": gender})
            facts = {name: value for name, value in VOCALS.items() if name not in ("type", "gender")}
            assert {name: done[name] for name in facts} == facts
            assert (done["status"], done["progress"], done["duration"]) == ("succeeded", 100, 2.0)
            assert done["audio_url"].startswith(f"{client.api.origin}/files/song-")
            assert (await client.get(done["audio_url"])).headers["Content-Type"] == "audio/wav"
            assert (await client.get(done["audio_url"].replace(".wav", ".mp3"))).status == 404
            sounds.append(await client.sound_of(done))
        assert len(sounds[0]) == len(sounds[1]) == 2 * RATE
        assert sounds[0].tobytes() != sounds[1].tobytes()
        assert [(charge.operation, charge.credits) for charge in client.api.charges] == [
            ("nuro.song", 10)
        ] * 2
        open_ = await song(client, {"type": "vocal", "lyrics": "[Verse]\nLanterns"})
        assert all(open_[name] for name in ("gender", "genre", "mood", "timbre"))


async def test_an_instrumental_shows_what_it_was_made_from() -> None:
    async with running(sound=LoopSound(2.0)) as client:
        done = await song(client, {**FIRST, "duration": 3})
        assert {name: done[name] for name in ("prompt", "genre", "mood", "instrument", "theme")} == {
            "prompt": "slow dawn over a harbor",
            "genre": "cinematic",
            "mood": "calm",
            "instrument": "piano",
            "theme": "journey",
        }
        assert (done["lyrics"], done["gender"], done["timbre"], done["duration"]) == ("", "", "", 3.0)
        assert len(await client.sound_of(done)) == 3 * RATE
        in_segments = await song(client, SECOND)
        assert (in_segments["duration"], len(await client.sound_of(in_segments))) == (31.5, 31.5 * RATE)
        assert client.api.charges[0].operation == "nuro.instrumental"


def wrong(body: Body, name: str, *values: object) -> list[tuple[Body, Body, str]]:
    return [(body, {name: value}, f"The '{name}' field is invalid.") for value in values]


INVALID: list[tuple[Body, Body, str]] = [
    *wrong(VOCALS, "type", "opera", None, 5),
    (VOCALS, {"lyrics": ""}, "The 'lyrics' field is required."),
    (VOCALS, {"lyrics": "x" * 2001}, "The lyrics character length should be less than 2000."),
    *(row for name in ("gender", "genre", "mood") for row in wrong(VOCALS, name, "nothing", ["Pop"])),
    *wrong(VOCALS, "duration", 29, 241, 60.5, "60", [60]),
    (FIRST, {"description": ""}, "The 'description' field is required."),
    *wrong(FIRST, "version", "v3.0"),
    *(row for name, some in LISTS.items() for row in wrong(FIRST, name, some[0], ["?"], some[:6])),
    *wrong(FIRST, "duration", 0, 61),
    *wrong(FIRST, "segments", SEGMENTS),
    (SECOND, {"description": "x" * 201}, "The description character length should be less than 200."),
    *wrong(SECOND, "genre", ["pop"]),
    *wrong(SECOND, "duration", 29, 121),
    *wrong(SECOND, "segments", [], "intro"),
]


@pytest.mark.parametrize(("body", "changes", "text"), INVALID)
async def test_a_wrong_request_is_refused_in_nuros_words(body: Body, changes: Body, text: str) -> None:
    async with running() as client:
        answer = await client.post(CREATE, {**body, **changes})
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
            assert (await client.post(CREATE, body)).status == 200


async def test_the_queue_can_be_full_and_errors_have_nuros_words() -> None:
    async with running(options=Options(nuro_queue=1)) as client:
        await song(client, VOCALS)
        await client.start(CREATE, VOCALS)
        answer = await client.post(CREATE, VOCALS)
        full = {"type": "forbidden", "message": "Queue is full", "refund_processed": False}
        assert (answer.status, answer.json) == (403, full)
        await client.start("/suno/create")
        assert len(client.api.charges) == 3
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
        client.api.faults.add(polls.TaskFails())
        answer = await client.look(task_id, prefix="nuro")
        failed = {"task_id": task_id, "status": "failed", "progress": 45, **EMPTY}
        assert (answer.status, answer.json) == (200, failed)
        task_id = await client.start(CREATE, VOCALS)
        client.api.faults.add(polls.TaskFails("error"))
        answer = await client.look(task_id, prefix="nuro")
        assert (answer.status, answer.json["type"]) == (500, "api_error")
        assert answer.json["refund_processed"] is True
        assert client.api.balance == Balance(500, 0)


async def test_a_retired_nuro_answers_410_to_creates_and_polls() -> None:
    async with running(options=Options(retired=("nuro.*",))) as client:
        for answer in (
            await client.post(CREATE, VOCALS),
            await client.look("any", prefix="nuro"),
            await client.post(CREATE, {}),
        ):
            assert answer.error == (410, "endpoint_retired", "This endpoint has been retired.")
        assert (await client.ask("POST", CREATE, body=VOCALS, key=None)).status == 401
        assert client.api.charges == ()
        assert (await client.song())["state"] == "succeeded"
