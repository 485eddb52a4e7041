"""What an operation makes, and to which family of commands it belongs; read from its name. Pure."""

# Commands that servers can open and close one by one, as members see them.
FAMILIES = ("suno", "riffusion", "nuro", "stems", "wav", "lyrics", "persona")
_OWN_COMMAND = {
    "suno.stems_basic": "stems",
    "suno.stems_full": "stems",
    "suno.wav": "wav",
    "suno.lyrics": "lyrics",
    "suno.persona": "persona",
    "suno.sing": "persona",
}
_NO_SONG = frozenset(
    {
        "suno.stems_basic",
        "suno.stems_full",
        "suno.wav",
        "suno.lyrics",
        "suno.persona",
        "suno.upload",
        "riffusion.upload",
    }
)


def family_of(operation: str) -> str:
    """The family of commands that an operation belongs to, such as `stems` for `suno.stems_full`."""
    return _OWN_COMMAND.get(operation, operation.partition(".")[0])


def makes_song(operation: str) -> bool:
    """Whether it counts as a song in a quota: stems, WAV, lyrics, uploads and personas do not."""
    return operation not in _NO_SONG
