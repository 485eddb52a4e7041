"""What an operation makes, and to which family of commands it belongs; read from its name. Pure."""

# Commands that servers can open and close one by one, as members see them.
FAMILIES = ("suno", "riffusion", "nuro", "stems", "wav", "lyrics", "persona")
_OWN_COMMAND = {"stems_basic": "stems", "stems_full": "stems", "wav": "wav", "lyrics": "lyrics"}
_NO_SONG = frozenset({"upload", "persona"})


def family_of(operation: str) -> str:
    """The family of commands that an operation belongs to, such as `stems` for `suno.stems_full`."""
    provider, _, act = operation.partition(".")
    if act.startswith("persona"):
        return "persona"
    return _OWN_COMMAND.get(act, provider)


def makes_song(operation: str) -> bool:
    """Whether it counts as a song in a quota: stems, WAV, lyrics, uploads and personas do not."""
    act = operation.partition(".")[2]
    return act not in _OWN_COMMAND and act not in _NO_SONG
