"""The kinds of jams, as data: how entries are made, all at once or in turn, hidden or open."""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of jam, as data.

    Attributes:
        ways: Operations by which an entry is made, in the order of the picker.
        from_song: Those where all make something of one song.
        from_persona: Those where all sing with one persona.
        hidden: Whether nobody learns before the end whose an entry is.
        in_turn: Whether entries are made one after the other, each offered to one member.
        joins: What the bot orders itself after a turn that continued a song.
        sings: What the bot orders itself at the end, of all that was written.
        branches: Whether entries start from each other too; they are posted like any result.
    """

    ways: tuple[str, ...]
    from_song: tuple[str, ...]
    hidden: bool = True
    in_turn: bool = False
    joins: str = ""
    sings: str = ""
    branches: bool = False
    from_persona: tuple[str, ...] = ()


_BRANCHING = (
    *("suno.cover", "suno.extend"),
    *("riffusion.cover", "riffusion.extend", "riffusion.sound", "riffusion.vocals", "riffusion.replace"),
)
KINDS: MappingProxyType[str, Kind] = MappingProxyType(
    {
        "contest": Kind(
            ("suno.create", "suno.custom", "riffusion.describe", "riffusion.lyrics"),
            ("suno.cover", "riffusion.cover", "riffusion.sound", "riffusion.vocals"),
            from_persona=("suno.sing",),
        ),
        "relay": Kind(("suno.custom",), ("suno.extend",), hidden=False, in_turn=True, joins="suno.concat"),
        "tree": Kind((), _BRANCHING, hidden=False, branches=True),
        "lines": Kind((), (), hidden=False, in_turn=True, sings="suno.custom"),
    }
)
