"""One short song in place of all: a thousand tasks cost no more than one."""

import functools

from sandbox import sound
from sandbox.music_api import Clip, Sound


class FixedSound(Sound):
    """Every clip is the same few seconds, encoded once for each kind of file."""

    def __init__(self, song_seconds: float = 2.0) -> None:
        super().__init__(song_seconds)
        self._song = sound.songs.begin("fixed", seconds=song_seconds)
        self._encoded = functools.cache(lambda kind: sound.encode(sound.render(self._song), kind))

    def seconds(self, clip: Clip) -> float:
        """How long a clip plays."""
        del clip
        return self.song_seconds

    async def file(self, clip: Clip, kind: sound.AudioKind) -> bytes:
        """The file, the same object every time, without a thread: clocks that jump must not overtake it."""
        del clip
        return self._encoded(kind)
