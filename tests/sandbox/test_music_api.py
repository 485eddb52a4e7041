import asyncio
import socket

import pytest
from aiohttp import ClientConnectorError

from sandbox.music_api import Balance, Behaviour, Charge, MusicApiStandIn
from sandbox.music_api.account import Account
from tests.sandbox.music_api_client import CUSTOM, DESCRIPTION, running

CLIP_FIELDS = {
    "clip_id",
    "state",
    "title",
    "tags",
    "lyrics",
    "image_url",
    "audio_url",
    "video_url",
    "created_at",
    "mv",
    "gpt_description_prompt",
    "duration",
}


async def test_a_song_ripens_from_not_ready_over_running_to_succeeded() -> None:
    async with running() as client:
        task_id = await client.start()
        early = await client.look(task_id)
        assert (early.status, early.json["type"]) == (202, "not_ready")
        assert "data" not in early.json

        client.clock.advance(1)
        for clip in await client.clips(task_id):
            assert clip.keys() == CLIP_FIELDS
            assert (clip["state"], clip["audio_url"], clip["duration"]) == ("running", "", None)

        client.clock.advance(2.3)
        first, second = await client.until(task_id, lambda states: states[0] == "succeeded")
        assert second["state"] == "running"
        assert (await client.get(first["audio_url"])).status == 200
        assert (await client.get(f"{client.api.origin}/files/{second['clip_id']}.mp3")).status == 404

        client.clock.advance(0.8)
        for clip in await client.until(task_id, lambda states: states[1] == "succeeded"):
            assert clip["audio_url"] == f"{client.api.origin}/files/{clip['clip_id']}.mp3"
            assert clip["video_url"] is None
            assert clip["duration"] == "2.00"


async def test_the_reply_to_a_submit_has_no_code_unless_it_is_switched_on() -> None:
    async with running() as client:
        assert (await client.post("/suno/create", DESCRIPTION)).json.keys() == {"message", "task_id"}
    async with running(behaviour=Behaviour(code_in_submit=True)) as client:
        assert (await client.post("/suno/create", DESCRIPTION)).json["code"] == 200


async def test_a_streaming_link_is_shown_while_running_and_is_no_file() -> None:
    async with running(behaviour=Behaviour(streaming_link=True)) as client:
        task_id = await client.start()
        client.clock.advance(1)
        for clip in await client.clips(task_id):
            assert clip["audio_url"].endswith(f"/stream/?item_id={clip['clip_id']}")
            assert (await client.get(clip["audio_url"])).status == 404
        assert all(".mp3" in clip["audio_url"] for clip in await client.finished(task_id))


@pytest.mark.parametrize("prefix", ["suno", "sonic"])
async def test_both_families_reach_the_same_tasks(prefix: str) -> None:
    model = {"suno": "chirp-v4-5-plus", "sonic": "sonic-v4-5-plus"}[prefix]
    async with running() as client:
        task_id = await client.start(f"/{prefix}/create", {**DESCRIPTION, "mv": model})
        [clip, _] = await client.finished(task_id)
        assert clip["mv"] == model
        assert (await client.get(f"/{prefix}/task/{task_id}")).json["data"][0] == clip
        stems = await client.start(f"/{prefix}/stems/basic", {"clip_id": clip["clip_id"]})
        assert len(await client.finished(stems)) == 2
        assert (await client.post(f"/{prefix}/wav", {"clip_id": clip["clip_id"]})).status == 200


async def test_a_custom_song_keeps_its_words() -> None:
    async with running() as client:
        for clip in await client.finished(await client.start(body={**CUSTOM, "task_type": "create_music"})):
            assert (clip["title"], clip["tags"]) == ("Paper Lanterns", "dream pop")
            assert clip["lyrics"] == CUSTOM["prompt"]
            assert clip["gpt_description_prompt"] is None


async def test_a_description_is_made_into_title_style_and_lyrics() -> None:
    async with running() as client:
        clip = await client.song()
        assert clip["gpt_description_prompt"] == "a ferry at dawn"
        assert "[Verse" in clip["lyrics"]
        assert clip["title"]
        assert clip["tags"]


async def test_auto_lyrics_take_the_prompt_as_a_topic() -> None:
    async with running() as client:
        body = {**CUSTOM, "prompt": "two old friends", "auto_lyrics": True}
        [clip, _] = await client.finished(await client.start(body=body))
        assert clip["lyrics"] != "two old friends"
        assert clip["title"] == "Paper Lanterns"


@pytest.mark.parametrize("changes", [{}, {"custom_mode": True, "tags": "piano"}])
async def test_an_instrumental_needs_no_words_and_lists_a_marker(changes: dict[str, object]) -> None:
    async with running() as client:
        task_id = await client.start(body={**DESCRIPTION, "make_instrumental": True, **changes})
        assert [clip["lyrics"] for clip in await client.finished(task_id)] == ["[Instrumental]"] * 2


async def test_stems_come_one_clip_for_each_part_one_after_the_other() -> None:
    async with running() as client:
        song = await client.song()
        task_id = await client.start("/suno/stems/full", {"clip_id": song["clip_id"]})
        client.clock.advance(2.5)
        states = [clip["state"] for clip in await client.until(task_id, lambda states: "succeeded" in states)]
        assert states == sorted(states, reverse=True)
        assert "running" in states
        stems = await client.finished(task_id)
        assert [stem["title"].removeprefix(song["title"]) for stem in stems] == [
            *(" (Vocals)", " (Backing Vocals)", " (Drums)", " (Bass)", " (Guitar)", " (Keyboard)"),
            *(" (Percussion)", " (Strings)", " (Synth)", " (FX)", " (Brass)", " (Woodwinds)"),
        ]
        assert {stem["tags"] for stem in stems} == {""}
        assert [stem["lyrics"] for stem in stems] == [song["lyrics"], *[""] * 11]


async def test_extra_credits_are_spent_first_and_every_charge_is_on_record() -> None:
    async with running(credits=70, extra_credits=15) as client:
        song = await client.song()
        assert client.api.balance == Balance(70, 5)
        task_id = await client.start("/suno/stems/full", {"clip_id": song["clip_id"]})
        assert client.api.balance == Balance(25, 0)
        assert (await client.get("/get-credits")).json == {"credits": 25, "extra_credits": 0}
        first, second = client.api.charges
        assert (first.operation, first.credits, first.extra) == ("suno.create", 10, 10)
        assert (second.task_id, second.credits, second.extra) == (task_id, 50, 5)
        assert second.body == {"clip_id": song["clip_id"]}
        await client.post("/suno/wav", {"clip_id": song["clip_id"]})
        assert len(client.api.charges) == 2, "a wav is free in the classic price list"


async def test_prices_and_durations_can_be_set() -> None:
    async with running(prices={"suno.wav": 1}, seconds={"suno.create": 100}, time_scale=0.5) as client:
        task_id = await client.start()
        client.clock.advance(49)
        [clip, second] = await client.until(task_id, lambda states: states[0] == "succeeded")
        assert second["state"] == "running"
        await client.post("/suno/wav", {"clip_id": clip["clip_id"]})
        assert [charge.credits for charge in client.api.charges] == [10, 1]
    with pytest.raises(ValueError, match=r"no such operation: suno\.nothing"):
        MusicApiStandIn(prices={"suno.nothing": 1})


async def test_every_request_is_on_record() -> None:
    async with running() as client:
        task_id = await client.start()
        await client.look(task_id)
        await client.get("/nowhere")
        assert [(seen.method, seen.path, seen.operation) for seen in client.api.requests] == [
            ("POST", "/api/v1/suno/create", "suno.create"),
            ("GET", f"/api/v1/suno/task/{task_id}", "suno.task"),
            ("GET", "/api/v1/nowhere", "unknown"),
        ]
        assert client.api.requests[0].body == DESCRIPTION


async def test_a_seed_repeats_the_ids() -> None:
    async def ids(seed: int | None) -> str:
        async with running(seed=seed) as client:
            return await client.start()

    assert await ids(1) == await ids(1)
    assert await ids(1) != await ids(2)
    assert await ids(None) != await ids(None)


async def test_it_can_go_down_and_come_back_with_its_tasks() -> None:
    async with running() as client:
        task_id, url = await client.start(), client.api.url
        await client.api.__aexit__(None, None, None)
        with pytest.raises(ClientConnectorError):
            await client.look(task_id)
        async with client.api:
            assert client.api.url == url
            assert [clip["state"] for clip in await client.finished(task_id)] == ["succeeded"] * 2


async def test_it_closes_over_a_connection_that_has_just_come_in(caplog: pytest.LogCaptureFixture) -> None:
    async with running() as client, asyncio.timeout(10):
        with socket.create_connection(("127.0.0.1", client.api.port)):
            # One turn of the loop sees the connection, the next one is about to accept it.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            await client.api.__aexit__(None, None, None)
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []


def test_a_refund_is_made_once() -> None:
    account = Account(Balance(10, 5))
    account.take(Charge(0.0, "suno.create", "one", 12, {}))
    assert account.balance == Balance(3, 0)
    account.refund("one", 1.0)
    account.refund("one", 2.0)
    assert account.balance == Balance(10, 5)
    assert [charge.refunded_at for charge in account.charges] == [1.0]


def test_it_has_no_address_before_it_starts() -> None:
    with pytest.raises(RuntimeError, match="has not been started"):
        _ = MusicApiStandIn().url
