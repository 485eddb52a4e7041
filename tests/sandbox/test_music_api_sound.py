import asyncio
import io
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from sandbox.music_api import Balance, RealSound
from sandbox.music_api.shelf import Shelf
from sandbox.music_api.songs import Recipe, Song
from sandbox.music_api.sounds import Recording
from sandbox.music_api.tasks import Clip
from tests.sandbox.music_api_client import Client, decoded, running, short_sound


async def test_the_sound_is_real_and_lasts_as_long_as_it_says() -> None:
    async with running(sound=RealSound(3.0)) as client:
        one, other = await client.finished(await client.start())
        first, second = await _mp3(client, one), await _mp3(client, other)
        assert len(first) / 48_000 == pytest.approx(float(one["duration"]), abs=0.06)
        assert float(one["duration"]) == pytest.approx(3, abs=0.5)
        assert np.max(np.abs(first)) > 0.1
        assert _difference(first, second) > -10, "two takes are two songs"
        assert _difference(first, await _wav(client, one)) < -15


@pytest.mark.parametrize(("kind", "count"), [("basic", 2), ("full", 12)])
async def test_the_stems_add_up_to_the_mix(kind: str, count: int) -> None:
    async with running(sound=RealSound(2.0)) as client:
        song = await client.song()
        stems = await client.finished(await client.start(f"/suno/stems/{kind}", {"clip_id": song["clip_id"]}))
        files = [await _mp3(client, stem) for stem in stems]
        assert len(files) == count
        # What is left after adding up encoded files is the loss of the encoder, about -22 dB (measured).
        assert _difference(await _mp3(client, song), np.sum(files, axis=0)) < -15
        exact = [await _wav(client, stem) for stem in stems]
        whole = await _wav(client, song)
        assert _difference(whole, np.sum(exact, axis=0)) < -50
        assert _difference(whole, np.sum(exact[1:], axis=0)) > -50


async def _mp3(client: Client, clip: dict[str, Any]) -> NDArray[np.float32]:
    return decoded((await client.get(clip["audio_url"])).raw)


async def _wav(client: Client, clip: dict[str, Any]) -> NDArray[np.float32]:
    answer = await client.post("/suno/wav", {"clip_id": clip["clip_id"]})
    return decoded((await client.get(answer.json["data"]["wav_url"])).raw)


def _difference(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """How loud the difference of two sounds is beside the first one, in decibels."""
    frames = min(len(one), len(other))
    rest = one[:frames] - other[:frames]
    return float(10 * np.log10(np.mean(rest**2) / np.mean(one[:frames] ** 2)))


async def test_a_wav_is_there_only_after_it_was_asked_for() -> None:
    async with running() as client:
        clip_id = (await client.song())["clip_id"]
        url = f"{client.api.origin}/files/{clip_id}.wav"
        assert (await client.get(url)).status == 404
        answer = await client.post("/suno/wav", {"clip_id": clip_id})
        assert answer.json == {"message": "success", "data": {"wav_url": url}}
        whole = await client.get(url)
        assert len(decoded(whole.raw)) == 96_000
        head = await client.ask("HEAD", url)
        assert (head.raw, head.headers["Content-Length"]) == (b"", str(len(whole.raw)))


async def test_a_cover_is_an_image() -> None:
    async with running() as client:
        answer = await client.get((await client.song())["image_url"])
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert Image.open(io.BytesIO(answer.raw)).format == "JPEG"


class GatedSound:
    """Lets sound be made only when told to, or not at all."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.broken = False
        self.wanted = threading.Event()

    def record(self, recipes: Sequence[Recipe]) -> Sequence[Recording]:
        self.wanted.set()
        self.open.wait(timeout=30)
        if self.broken:
            raise OSError("no sound")
        return short_sound().record(recipes)


async def test_polls_go_on_while_the_sound_is_being_made() -> None:
    sound = GatedSound()
    async with running(sound=sound) as client:
        task_id = await client.start()
        client.clock.advance(60)
        assert [clip["state"] for clip in await client.clips(task_id)] == ["running"] * 2
        sound.open.set()
        assert [clip["state"] for clip in await client.finished(task_id)] == ["succeeded"] * 2


async def test_sound_that_an_outage_interrupted_is_made_afterwards() -> None:
    sound = GatedSound()
    async with running(sound=sound) as client:
        task_id = await client.start()
        await asyncio.to_thread(sound.wanted.wait, 30)
        closing = asyncio.create_task(client.api.__aexit__(None, None, None))
        await asyncio.gather(*client.api._service._making, return_exceptions=True)
        sound.open.set()
        await closing
        async with client.api:
            assert [clip["state"] for clip in await client.finished(task_id)] == ["succeeded"] * 2


async def test_a_song_without_sound_fails_and_is_refunded(caplog: pytest.LogCaptureFixture) -> None:
    sound = GatedSound()
    sound.broken = True
    sound.open.set()
    async with running(sound=sound, extra_credits=5, prices={"suno.wav": 1}) as client:
        for clip in await client.finished(await client.start()):
            assert (clip["state"], clip["error_message"]) == ("failed", "Generation failed upstream.")
            assert (clip["audio_url"], clip["image_url"]) == ("", "")
        assert client.api.balance == Balance(500, 5)
        assert [charge.refunded_at is not None for charge in client.api.charges] == [True]
    assert "No sound for suno.create" in caplog.text


async def test_a_wav_that_cannot_be_made_is_refunded(caplog: pytest.LogCaptureFixture) -> None:
    sound = GatedSound()
    sound.open.set()
    async with running(sound=sound, prices={"suno.wav": 1}) as client:
        clip_id = (await client.song())["clip_id"]
        sound.broken = True
        answer = await client.post("/suno/wav", {"clip_id": clip_id})
        assert answer.error == (500, "server_error", "Internal Server Error.")
        assert client.api.balance == Balance(490, 0)
    assert "suno.wav failed" in caplog.text


async def test_the_shelf_makes_room_and_makes_again() -> None:
    clips = [
        Clip(str(n), "", "", "", "", None, 0.0, Recipe(Song(str(n), 0, instrumental=False))) for n in range(3)
    ]
    [recording] = short_sound().record([clips[0].recipe])
    file = recording.encode("mp3")
    shelf = Shelf(short_sound(), room=2 * len(file))
    try:
        await shelf.make(clips, "mp3")
        assert shelf.size == 2 * len(file)
        assert [await shelf.audio(clip, "mp3") for clip in clips] == [file] * 3
        assert shelf.size == 2 * len(file)
    finally:
        await shelf.close()


async def test_a_thousand_songs_of_fixed_sound_cost_next_to_nothing() -> None:
    async with running(credits=10_000) as client:
        ids = await asyncio.gather(*(client.start() for _ in range(1000)))
        assert len(set(ids)) == 1000
        assert client.api.balance.total == 0
        clips = await client.finished(ids[-1])
        assert [clip["state"] for clip in clips] == ["succeeded"] * 2
        assert threading.active_count() < 20
