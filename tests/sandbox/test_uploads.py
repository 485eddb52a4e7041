"""Uploads: what may be uploaded, what it costs, and that an address has a sound of its own."""

import asyncio

import pytest

from sandbox.music_api import Balance, Options, Sound
from sandbox.music_api.making import UNDECODABLE, UNREACHABLE
from tests.sandbox.client import AT_ONCE, UPLOAD, running

COMMERCIAL = "The upload matches a known commercial recording."
LENGTHS = "The audio should be 6 to 60 seconds long."


@pytest.mark.parametrize("provider", ["suno", "riffusion"])
async def test_an_upload_answers_with_a_clip_after_a_while(provider: str) -> None:
    async with running() as client:
        asking = asyncio.create_task(client.post(f"/{provider}/upload", {"url": UPLOAD}))
        await client.clock.asleep()
        client.clock.advance(1)
        answer = await asking
        assert client.api.balance == Balance(498, 0)
        [charge] = client.api.charges
        assert (charge.operation, charge.credits) == (f"{provider}.upload", 2)
        kind = {"suno": "mp3", "riffusion": "ogg"}[provider]
        url = f"{client.api.origin}/files/{answer.json['clip_id']}.{kind}"
        assert (await client.get(url)).status == 200


async def test_an_address_has_a_sound_of_its_own_whatever_its_signature() -> None:
    async with running(sound=Sound(2.0), seconds=AT_ONCE) as client:
        urls = ("https://a.example.com/x.mp3?seconds=6&hm=1", "https://a.example.com/x.mp3?seconds=6&hm=2")
        ids = [await client.upload(url) for url in (*urls, "https://a.example.com/y.mp3?seconds=6")]
        files = [(await client.get(f"{client.api.origin}/files/{each}.mp3")).raw for each in ids]
        assert files[0] == files[1]
        assert files[0] != files[2]


async def test_a_file_of_its_own_can_be_uploaded() -> None:
    async with running(seconds=AT_ONCE) as client:
        song = await client.song()
        assert await client.upload(song["audio_url"])


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("http://media.example.com/x.mp3", UNREACHABLE),
        ("ftp://media.example.com/x.mp3", UNREACHABLE),
        ("media.example.com/x.mp3", UNREACHABLE),
        ("https:///x.mp3", UNREACHABLE),
        ("https://[broken/x.mp3", UNREACHABLE),
        ("https://localhost/x.mp3", UNREACHABLE),
        ("https://printer.local/x.mp3", UNREACHABLE),
        ("https://127.0.0.1/x.mp3", UNREACHABLE),
        ("https://192.168.1.9/x.mp3", UNREACHABLE),
        ("https://169.254.169.254/x.mp3", UNREACHABLE),
        ("https://[::1]/x.mp3", UNREACHABLE),
        ("http://127.0.0.1:9/files/x.mp3", UNREACHABLE),
        ("https://media.example.com/x.txt", UNDECODABLE),
        ("https://media.example.com/x.PNG", UNDECODABLE),
        ("https://media.example.com/x.mp3?seconds=long", UNDECODABLE),
        ("https://media.example.com/x.mp3?seconds=5.9", LENGTHS),
        ("https://media.example.com/x.mp3?seconds=60.1", LENGTHS),
        ("https://media.example.com/x.mp3?seconds=nan", LENGTHS),
        ("https://media.example.com/commercial-recording.mp3", COMMERCIAL),
        ("", "The 'url' field is required."),
        ("https://media.example.com/" + "x" * 2048, "The url character length should be less than 2048."),
        (7, "The 'url' field is invalid."),
    ],
)
@pytest.mark.parametrize("provider", ["suno", "riffusion"])
async def test_what_cannot_be_uploaded_is_refused_for_free(provider: str, url: object, text: str) -> None:
    async with running(seconds=AT_ONCE) as client:
        answer = await client.post(f"/{provider}/upload", {"url": url})
        assert answer.error == (400, "validation_error", text)
        assert client.api.balance == Balance(500, 0)


async def test_every_kind_of_audio_may_be_uploaded_in_the_lengths_that_are_set() -> None:
    async with running(seconds=AT_ONCE, options=Options(upload_seconds=(1, 480))) as client:
        for suffix in (".mp3", ".wav", ".m4a", ".ogg", ".flac", ".webm", ""):
            assert await client.upload(f"https://8.8.8.8/x{suffix}?seconds=479")
