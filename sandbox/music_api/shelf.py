"""The shelf of files: made in worker threads, kept while there is room, made again on demand."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from sandbox import sound
from sandbox.music_api.songs import Song
from sandbox.music_api.sounds import Recording, Sound
from sandbox.music_api.tasks import AudioKind, Clip

ROOM: Final = 64 * 1024 * 1024
"""How many bytes of files are kept by default."""

_WORKERS: Final = 2

Made = TypeVar("Made")


class Shelf:
    """Files by name, for example `<clip_id>.mp3`. Polls read from it without ever waiting for it."""

    def __init__(self, source: Sound, room: int = ROOM) -> None:
        self._source = source
        self._room = room
        self._size = 0
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._seconds: dict[str, float] = {}
        self._made: set[str] = set()
        self._turns = asyncio.Semaphore(_WORKERS)
        self._workers: ThreadPoolExecutor | None = None

    @property
    def size(self) -> int:
        """Bytes kept at the moment."""
        return self._size

    def seconds(self, clip: Clip) -> float | None:
        """How long the clip plays; None until its sound has been made."""
        return self._seconds.get(clip.clip_id)

    def exists(self, clip: Clip, kind: AudioKind) -> bool:
        """Whether the file was made on purpose; it may have to be made again when it is fetched."""
        return f"{clip.clip_id}.{kind}" in self._made

    async def make(self, clips: Sequence[Clip], kind: AudioKind) -> None:
        """Make the clips' files, rendering each song once; a file exists as soon as it is encoded."""
        async with asyncio.TaskGroup() as group:
            for of_one in _by_song(clips).values():
                group.create_task(self._make_song(of_one, kind))

    async def audio(self, clip: Clip, kind: AudioKind) -> bytes:
        """The clip's file, made again if it had to make room for others."""

        def make() -> bytes:
            [recording] = self._source.record([clip.recipe])
            return recording.encode(kind)

        return await self._get(f"{clip.clip_id}.{kind}", make)

    async def image(self, clip: Clip) -> bytes:
        """The clip's cover, a JPEG."""
        return await self._get(
            f"image_{clip.clip_id}.jpeg", lambda: sound.cover(clip.recipe.song.seed, clip.title)
        )

    async def close(self) -> None:
        """Drop what is waiting and return when no thread is left; the next file wanted starts them again."""
        if self._workers is not None:
            workers, self._workers = self._workers, None
            await asyncio.to_thread(workers.shutdown, wait=True, cancel_futures=True)

    async def _make_song(self, clips: Sequence[Clip], kind: AudioKind) -> None:
        recipes = [clip.recipe for clip in clips]
        # Samples take far more room than files, so few songs at a time may be between the two.
        async with self._turns:
            recordings = await self._work(lambda: self._source.record(recipes))
            async with asyncio.TaskGroup() as group:
                for clip, recording in zip(clips, recordings, strict=True):
                    group.create_task(self._encode(clip, recording, kind))

    async def _encode(self, clip: Clip, recording: Recording, kind: AudioKind) -> None:
        name = f"{clip.clip_id}.{kind}"
        self._keep(name, await self._work(lambda: recording.encode(kind)))
        self._seconds[clip.clip_id] = recording.seconds
        self._made.add(name)

    async def _get(self, name: str, make: Callable[[], bytes]) -> bytes:
        if name in self._files:
            self._files.move_to_end(name)
            return self._files[name]
        data = await self._work(make)
        self._keep(name, data)
        return data

    async def _work(self, job: Callable[[], Made]) -> Made:
        if self._workers is None:
            self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="sound")
        return await asyncio.get_running_loop().run_in_executor(self._workers, job)

    def _keep(self, name: str, data: bytes) -> None:
        self._size += len(data) - len(self._files.get(name, b""))
        self._files[name] = data
        self._files.move_to_end(name)
        while self._size > self._room and len(self._files) > 1:
            _, dropped = self._files.popitem(last=False)
            self._size -= len(dropped)


def _by_song(clips: Sequence[Clip]) -> dict[Song, list[Clip]]:
    songs: dict[Song, list[Clip]] = {}
    for clip in clips:
        songs.setdefault(clip.recipe.song, []).append(clip)
    return songs
