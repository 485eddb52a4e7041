"""What a jam led to: its album, as it goes into zips with its credits, and what was made of what."""

from dataclasses import dataclass

from jobs.models.clip import Clip
from jobs.models.jam import Entry, Jam
from jobs.models.jams.figures import Turn
from jobs.models.library import Place

# In the params of a job that makes zips: the jam of which they are the album.
ALBUM = "album"


@dataclass(frozen=True, slots=True)
class Track:
    """One song of an album; the position of its clip is that among the tracks.

    Attributes:
        take: Which of its job's results it is.
        ancestors: What it was made from, nearest first, as far as the server knows.
        place: The message in which it can be heard; None where there is none.
        turns: The parts or lines of members, where it is made of such.
    """

    entry: Entry
    clip: Clip
    take: int = 0
    ancestors: tuple[Clip, ...] = ()
    place: Place | None = None
    turns: tuple[Turn, ...] = ()

    @property
    def number(self) -> int:
        return self.clip.position + 1

    @property
    def members(self) -> tuple[int, ...]:
        """Whose it is."""
        return tuple(dict.fromkeys(one.entry.user_id for one in self.turns)) or (self.entry.user_id,)


@dataclass(frozen=True, slots=True)
class Album:
    """The songs of a jam in the order of its result; `used` is what the pot paid for all of it."""

    jam: Jam
    tracks: tuple[Track, ...]
    used: int = 0


@dataclass(frozen=True, slots=True)
class Branch:
    """What one try made, and where it grows.

    Attributes:
        takes: Its results from which others can go on; the one that counts is `entry.position`.
        depth: How many branches are between it and the song that all began with, and one more.
        source: The take of another branch that it was made from; None where it is of the song itself.
        place: The message with its results.
    """

    entry: Entry
    takes: tuple[Clip, ...]
    depth: int = 1
    source: Clip | None = None
    place: Place | None = None

    @property
    def clip(self) -> Clip:
        """The take that counts."""
        return next((one for one in self.takes if one.position == self.entry.position), self.takes[0])
