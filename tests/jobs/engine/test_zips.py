"""A zip on the disk: as large as was planned, the same at every try, and whole."""

from dataclasses import replace
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from jobs.engine.zips import zipped
from jobs.models import Attachment, Job, Post
from jobs.models.operations import ZIP
from jobs.models.states import JobState
from jobs.ports import NothingSent
from jobs.rules.attachments import split_into_zips

JOB = Job(
    id=7, guild_id=1, channel_id=2, user_id=3, operation=ZIP, provider="suno", params={}, summary="Lanterns",
    source_clip_id="", price=0, state=JobState.POSTING, state_at=1.0, created_at=1e9, upload_limit=1,
)  # fmt: skip
LONG = "é" * 50
POST = Post(1, 7, 0, 0, "0" * 16)


def attachments(folder: Path, sizes: dict[int, int]) -> list[Attachment]:
    made = []
    for position, size in sizes.items():
        path = folder / f"{position}.mp3"
        path.write_bytes(bytes(size))
        # As long as names get: the song and the rest, 100 bytes each.
        made.append(Attachment(f"{LONG} {LONG} #{position}.mp3", path, position))
    return made


async def test_zips_are_no_larger_than_was_planned_and_hold_each_file_once(tmp_path: Path) -> None:
    sizes, limit = dict.fromkeys(range(40), 5_000), 60_000
    held: list[str] = []
    for seq, (positions, linked) in enumerate(split_into_zips([*sizes], sizes, limit=limit)):
        assert not linked
        files = attachments(tmp_path, {position: sizes[position] for position in positions})
        [made] = await zipped(JOB, replace(POST, seq=seq), files, tmp_path)
        assert made.path.stat().st_size <= limit
        with ZipFile(made.path) as opened:
            assert opened.testzip() is None
            assert {entry.compress_type for entry in opened.infolist()} == {ZIP_STORED}
            held += opened.namelist()
        assert made.name.endswith(f"{'.' + str(seq + 1) if seq else ''}.zip")
    assert len(held) == len(set(held)) == len(sizes)


async def test_another_try_makes_the_same_zip(tmp_path: Path) -> None:
    files = attachments(tmp_path, {0: 100, 1: 200})
    first, second = [(await zipped(JOB, POST, files, tmp_path))[0].path.read_bytes() for _ in range(2)]
    assert first == second


async def test_without_room_on_the_disk_it_waits(tmp_path: Path) -> None:
    files = attachments(tmp_path, {0: 100})
    with pytest.raises(NothingSent):
        await zipped(JOB, POST, files, tmp_path / "gone")
