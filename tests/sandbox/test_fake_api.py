"""The fake API from outside: how tasks ripen, what is charged and noted, and that its sound is real."""

import asyncio
import socket
import threading

import numpy as np
import pytest
from aiohttp import ClientConnectorError

from sandbox.music_api import Balance, Charge, FakeMusicApi, Sound
from sandbox.music_api.service import Account
from sandbox.sound import PARTS, RATE
from tests.sandbox.client import (
    AT_ONCE,
    CUSTOM,
    DESCRIPTION,
    UPLOAD,
    WORDS,
    cover,
    extend,
    running,
)


async def test_a_song_ripens_from_not_ready_over_running_to_succeeded() -> None:
    async with running() as client:
        task_id = await client.start()
        early = await client.look(task_id)
        assert (early.status, early.json["type"]) == (202, "not_ready")
        assert "data" not in early.json

        client.clock.advance(1)
        for clip in await client.clips(task_id):
            assert (clip["state"], clip["audio_url"], clip["duration"]) == ("running", "", None)

        client.clock.advance(2.3)
        first, second = await client.clips(task_id)
        assert (first["state"], second["state"]) == ("succeeded", "running")
        assert (await client.get(first["audio_url"])).status == 200
        assert (await client.get(f"{client.api.origin}/files/{second['clip_id']}.mp3")).status == 404

        client.clock.advance(0.8)
        for clip in await client.clips(task_id):
            assert clip["audio_url"] == f"{client.api.origin}/files/{clip['clip_id']}.mp3"
            assert (clip["video_url"], clip["duration"]) == (None, "2.00")


async def test_both_families_reach_the_same_tasks_at_their_own_prices() -> None:
    async with running() as client:
        for prefix, model in (("suno", "chirp-v4-5-plus"), ("sonic", "sonic-v4-5-plus")):
            body = {**DESCRIPTION, "mv": model, "use_suno_cdn": True}
            task_id = await client.start(f"/{prefix}/create", body)
            [clip, _] = await client.finished(task_id)
            assert clip["mv"] == model
            assert (await client.get(f"/{prefix}/task/{task_id}")).json["data"][0] == clip
        assert [charge.credits for charge in client.api.charges] == [10, 14]


async def test_texts_are_kept_or_made() -> None:
    async with running() as client:
        for clip in await client.made("/suno/create", {**CUSTOM, "task_type": "create_music"}):
            assert (clip["title"], clip["tags"], clip["lyrics"]) == (
                *("Paper Lanterns", "dream pop"),
                CUSTOM["prompt"],
            )
            assert clip["gpt_description_prompt"] is None
        made = await client.song()
        assert made["gpt_description_prompt"] == "a ferry at dawn"
        assert "[Verse" in made["lyrics"]
        assert made["title"]
        assert made["tags"]
        topic = {**CUSTOM, "prompt": "two old friends", "auto_lyrics": True}
        assert (await client.made("/suno/create", topic))[0]["lyrics"] != "two old friends"
        for changes in ({}, {**CUSTOM, "prompt": ""}):
            played = {**DESCRIPTION, "make_instrumental": True, **changes}
            lyrics = [clip["lyrics"] for clip in await client.made("/suno/create", played)]
            assert lyrics == ["[Instrumental]"] * 2


async def test_stems_come_one_clip_for_each_part_and_add_up() -> None:
    async with running(sound=Sound(6.0)) as client:
        song = await client.song()
        whole = await client.wav_of(song)
        for kind, names in (("full", PARTS), ("basic", ("Vocals", "Instrumental"))):
            task_id = await client.start(f"/suno/stems/{kind}", {"clip_id": song["clip_id"]})
            client.clock.advance(2.5)
            states = [clip["state"] for clip in await client.clips(task_id)]
            assert states == sorted(states, reverse=True)
            assert "running" in states
            stems = await client.finished(task_id)
            assert [stem["title"] for stem in stems] == [f"{song['title']} ({name})" for name in names]
            assert [stem["lyrics"] for stem in stems] == [song["lyrics"], *[""] * (len(names) - 1)]
            files = [await client.wav_of(stem) for stem in stems]
            assert np.max(np.abs(np.sum(files, axis=0) - whole)) < 1e-3
            assert np.max(np.abs(np.sum(files[1:], axis=0) - whole)) > 0.01
        assert float(song["duration"]) == len(whole) / RATE == 6
        assert len(await client.sound_of(song)) == pytest.approx(len(whole), abs=RATE // 10)


async def test_an_extension_is_the_new_part_and_concat_the_whole_song() -> None:
    async with running(sound=Sound(4.0)) as client:
        song = await client.song()
        one, other = await client.made("/suno/create", extend(song["clip_id"]))
        joined = {"task_type": "concat_music", "continue_clip_id": one["clip_id"]}
        [whole] = await client.made("/suno/create", joined)
        first, new, both = [await client.wav_of(clip) for clip in (song, one, whole)]
        cut = round(1.2 * RATE)
        assert np.array_equal(both, np.concatenate((first[:cut], new)))
        assert not np.array_equal(new, await client.wav_of(other))
        assert float(whole["duration"]) == pytest.approx(1.2 + float(one["duration"]))
        assert (one["title"], one["tags"], one["lyrics"]) == (song["title"], song["tags"], WORDS)
        assert whole["lyrics"] == f"{song['lyrics']}\n\n{WORDS}"
        assert [charge.credits for charge in client.api.charges[:3]] == [10, 10, 2]


async def test_a_cover_and_a_song_by_a_persona() -> None:
    async with running(sound=Sound(3.0)) as client:
        made = await client.made("/suno/create", {**CUSTOM, "vocal_gender": "m"})
        covers = await client.made("/suno/create", cover(made[0]["clip_id"], title="Loud"))
        assert [(clip["title"], clip["tags"], clip["mv"]) for clip in covers] == [
            ("Loud", "loud rock", "chirp-v5")
        ] * 2
        assert len({(await client.sound_of(clip)).tobytes() for clip in (made[0], *covers)}) == 3
        persona_id = await client.persona(made[0]["clip_id"])
        by_persona = {**CUSTOM, "task_type": "persona_music", "persona_id": persona_id}
        sung = await client.made("/suno/create", by_persona)
        assert np.array_equal(await client.wav_of(sung[0]), await client.wav_of(made[0]))
        voices = [client.api.store.find(clip["clip_id"])[1].song.voice for clip in (*made, *sung)]
        assert voices[2:] == [voices[0]] * 2
        assert [charge.operation for charge in client.api.charges][:4] == [
            *("suno.custom", "suno.cover", "suno.persona", "suno.sing")
        ]


async def test_lyrics_come_in_two_versions_after_a_while() -> None:
    async with running(seconds={"suno.lyrics": 20.0}) as client:
        asking = asyncio.create_task(client.post("/suno/lyrics", {"description": "a quiet song about tides"}))
        await client.clock.asleep()
        client.clock.advance(19.9)
        assert not asking.done()
        client.clock.advance(0.1)
        one, other = (await asking).json["results"]
        assert one["title"] != other["title"]
        assert one["lyrics"] != other["lyrics"]
        assert all(result["lyrics"].startswith("[Verse]") for result in (one, other))
        assert client.api.balance == Balance(498, 0)


async def test_a_wav_is_there_only_after_it_was_asked_for() -> None:
    async with running() as client:
        clip_id = (await client.song())["clip_id"]
        url = f"{client.api.origin}/files/{clip_id}.wav"
        assert (await client.get(url)).status == 404
        answer = await client.post("/suno/wav", {"clip_id": clip_id})
        assert answer.json == {"message": "success", "data": {"wav_url": url}}
        whole = await client.get(url)
        assert whole.raw.startswith(b"RIFF")
        head = await client.ask("HEAD", url)
        assert (head.raw, head.headers["Content-Length"]) == (b"", str(len(whole.raw)))
        image = await client.get(f"{client.api.origin}/files/image_{clip_id}.jpeg")
        assert (image.headers["Content-Type"], image.raw[:2]) == ("image/jpeg", b"\xff\xd8")


async def test_extra_credits_are_spent_first_and_every_charge_is_on_record() -> None:
    async with running(credits=70, extra_credits=15, prices={"suno.wav": 1}) as client:
        song = await client.song()
        assert client.api.balance == Balance(70, 5)
        body = {"clip_id": song["clip_id"]}
        task_id = await client.start("/suno/stems/full", body)
        await client.post("/suno/wav", body)
        assert client.api.balance == Balance(24, 0)
        stems = client.api.charges[1]
        assert (stems.operation, stems.task_id, stems.credits, stems.extra, stems.body) == (
            *("suno.stems_full", task_id, 50, 5),
            body,
        )
        assert (await client.get("/get-credits")).json == {"credits": 24, "extra_credits": 0}


def test_a_refund_is_made_once() -> None:
    account = Account(Balance(10, 5))
    account.take(Charge(0.0, "suno.create", "one", 12, {}))
    assert account.balance == Balance(3, 0)
    account.refund("one", 1.0)
    account.refund("one", 2.0)
    assert account.balance == Balance(10, 5)
    assert [charge.refunded_at for charge in account.charges] == [1.0]


async def test_every_request_is_on_record_and_a_seed_repeats_the_ids() -> None:
    ids = []
    for seed in (1, 1, 2, None):
        async with running(seed=seed) as client:
            ids.append(await client.start())
            await client.look(ids[-1])
            await client.get("/nowhere")
            assert [(seen.method, seen.path, seen.operation) for seen in client.api.requests] == [
                ("POST", "/api/v1/suno/create", "suno.create"),
                ("GET", f"/api/v1/suno/task/{ids[-1]}", "suno.task"),
                ("GET", "/api/v1/nowhere", "unknown"),
            ]
            assert client.api.requests[0].body == DESCRIPTION
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


async def test_it_can_go_down_and_come_back_with_its_tasks() -> None:
    async with running() as client:
        task_id, url = await client.start(), client.api.url
        await client.api.__aexit__(None, None, None)
        with pytest.raises(ClientConnectorError):
            await client.look(task_id)
        async with client.api:
            assert client.api.url == url
            assert [clip["state"] for clip in await client.finished(task_id)] == ["succeeded"] * 2
    with pytest.raises(RuntimeError, match="has not been started"):
        _ = FakeMusicApi().url


async def test_it_closes_over_a_connection_that_has_just_come_in(caplog: pytest.LogCaptureFixture) -> None:
    async with running() as client, asyncio.timeout(10):
        with socket.create_connection(("127.0.0.1", client.api.port)):
            # One turn of the loop sees the connection, the next one is about to accept it.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            await client.api.__aexit__(None, None, None)
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []


async def test_a_thousand_songs_of_fixed_sound_cost_next_to_nothing() -> None:
    async with running(credits=10_000) as client:
        ids = await asyncio.gather(*(client.start() for _ in range(1000)))
        assert len(set(ids)) == 1000
        assert client.api.balance.total == 0
        assert [clip["state"] for clip in await client.finished(ids[-1])] == ["succeeded"] * 2
        assert threading.active_count() < 20


async def test_an_upload_can_be_extended_and_covered_under_its_own_names() -> None:
    async with running(sound=Sound(2.0), seconds=AT_ONCE) as client:
        clip_id = await client.upload(UPLOAD)
        for body in (
            extend(clip_id, task_type="extend_upload_music", continue_at=0.1),
            cover(clip_id, task_type="cover_upload_music"),
        ):
            for clip in await client.made("/suno/create", body):
                assert np.max(np.abs(await client.sound_of(clip))) > 0.05
                assert clip["title"] == "hum"
        assert [charge.credits for charge in client.api.charges] == [2, 10, 10]
        song = (await client.song())["clip_id"]
        for body in (
            *(extend(clip_id), cover(clip_id)),
            extend(song, task_type="extend_upload_music"),
            cover(song, task_type="cover_upload_music"),
        ):
            answer = await client.post("/suno/create", body)
            assert answer.error == (400, "validation_error", "The 'task_type' field is invalid.")
