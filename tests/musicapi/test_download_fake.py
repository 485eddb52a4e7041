"""The files that the fake API serves, whole and spoilt."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

import musicapi
from musicapi import download as module
from musicapi.client import MusicApiClient
from musicapi.download import Downloader
from musicapi.errors import DownloadFailed, FileGone, FileRefused, FileTooLarge
from tests.fakes.api_faults import Fault, FaultyMusicApi, connection, files
from tests.fakes.manual_clock import ManualClock
from tests.musicapi.world import finished, label, names_in

MIB = 1024 * 1024


@pytest.fixture
async def clip(client: MusicApiClient, clock: ManualClock) -> musicapi.Clip:
    """A finished song."""
    submission = await client.submit("suno.create", {"description": "a night bus"})
    return (await finished(client, clock, submission.task_id)).clips[0]


@pytest.fixture
async def downloader() -> AsyncIterator[Downloader]:
    async with Downloader("127.0.0.1") as ready:
        yield ready


async def test_a_song_its_cover_and_its_wav(
    client: MusicApiClient, clip: musicapi.Clip, downloader: Downloader, tmp_path: Path
) -> None:
    song = await downloader.fetch(clip.audio_url, tmp_path / "song", max_bytes=MIB)
    assert song.suffix == ".mp3"
    assert song.stat().st_size > 1000
    cover = await downloader.fetch(clip.image_url, tmp_path / "cover", max_bytes=MIB, image=True)
    assert cover.suffix == ".jpg"
    [wav] = (await client.submit("suno.wav", {"clip_id": clip.clip_id})).clips
    assert (await downloader.fetch(wav.audio_url, tmp_path / "wav", max_bytes=MIB)).suffix == ".wav"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (files.FileGone(), FileGone),
        (files.FileForbidden(), FileGone),
        (files.PageInsteadOfFile(), FileRefused),
        (files.PageNamedAudio(), FileRefused),
        (files.EmptyFile(), FileRefused),
        (files.GzipBomb(size=16 * MIB), FileRefused),
        (files.Redirect(), FileRefused),
        (files.Redirect("https://169.254.169.254/latest/meta-data/"), FileRefused),
        (files.EndlessFile(), FileTooLarge),
        (files.WrongLength(), FileTooLarge),
        (files.WrongLength(MIB), DownloadFailed),
        (connection.CutBeforeReading(), DownloadFailed),
        (connection.CutAfterEffect(), DownloadFailed),
        (connection.CutInMidBody(), DownloadFailed),
    ],
    ids=label,
)
async def test_spoilt_files(
    api: FaultyMusicApi,
    clip: musicapi.Clip,
    downloader: Downloader,
    tmp_path: Path,
    *,
    fault: Fault,
    kind: type[DownloadFailed],
) -> None:
    # aiohttp repeats a read by itself where the connection it kept had been closed, so: every time.
    api.faults.add(fault, "file.mp3", times=None)
    with pytest.raises(DownloadFailed) as caught:
        await downloader.fetch(clip.audio_url, tmp_path / "song", max_bytes=MIB)
    assert type(caught.value) is kind
    assert names_in(tmp_path) == []
    api.faults.clear()
    await downloader.fetch(clip.audio_url, tmp_path / "song", max_bytes=MIB)


async def test_a_file_that_comes_too_slowly(
    api: FaultyMusicApi, clip: musicapi.Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_TIMEOUT", aiohttp.ClientTimeout(total=60, sock_read=0.3))
    api.faults.add(files.SlowDrip(), "file.mp3", times=None)
    async with Downloader("127.0.0.1") as hasty:
        with pytest.raises(DownloadFailed):
            await hasty.fetch(clip.audio_url, tmp_path / "song", max_bytes=MIB)
    assert names_in(tmp_path) == []


async def test_a_file_cut_by_its_length_is_as_long_as_it_says(
    api: FaultyMusicApi, clip: musicapi.Clip, downloader: Downloader, tmp_path: Path
) -> None:
    api.faults.add(files.WrongLength(100), "file.mp3")
    song = await downloader.fetch(clip.audio_url, tmp_path / "song", max_bytes=MIB)
    assert song.stat().st_size == 100
