"""What drifts: models, character limits, prices, durations and the words that moderation refuses.

Source of models, limits and prices: docs.sunoapi.com, pages "Suno API instructions", "AI Music API credits
usage guide" and "AI Music API error handling guide" (2025). Where those pages contradict each other, the
wider limit of the later page holds for the newer models.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

PREFIXES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"suno": ("suno", "sonic"), "riffusion": ("riffusion", "producer"), "nuro": ("nuro",)}
)
"""Provider to the path prefixes under which it answers: the classic name first, then the renamed one."""

TITLE_LIMIT: Final = 80
DESCRIPTION_LIMIT: Final = 400
WEBHOOK_URL_LIMIT: Final = 1024
LYRICS_DESCRIPTION_LIMIT: Final = 120
PERSONA_NAME_LIMIT: Final = 80
PERSONA_DESCRIPTION_LIMIT: Final = 200
UPLOAD_URL_LIMIT: Final = 2048

AUDIO_SUFFIXES: Final = frozenset(
    {".mp3", ".wav", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".flac", ".webm", ".mp4", ".aif", ".aiff"}
)
"""How the name of an upload may end, if it has an ending."""

COMMERCIAL_WORDS: Final = ("commercial-recording",)
"""What in the address of an upload makes it pass for a recording that everybody knows."""


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """What one generation of models accepts; lengths in characters."""

    prompt: int
    tags: int
    vocal_gender: bool


_OLDER: Final = ModelLimits(prompt=3000, tags=200, vocal_gender=False)
_NEWER: Final = ModelLimits(prompt=5000, tags=1000, vocal_gender=True)

SUNO_MODELS: Final[Mapping[str, ModelLimits]] = MappingProxyType(
    {
        f"{family}-{version}": limits
        for family in ("chirp", "sonic")
        for version, limits in (
            ("v3-5", _OLDER),
            ("v4", _OLDER),
            ("v4-5", _NEWER),
            ("v4-5-plus", _NEWER),
            ("v5", _NEWER),
        )
    }
)
"""Both spellings of every model, each with its limits."""


@dataclass(frozen=True, slots=True)
class RiffusionLimits:
    """What Riffusion or its successor accepts; the first model is the default, lengths are in characters."""

    models: tuple[str, ...]
    lyrics: int
    sound: int
    title: int = TITLE_LIMIT
    prompt: int = DESCRIPTION_LIMIT


_FUZZ_1: Final = ("FUZZ-1.1 Pro", "FUZZ-1.1", "FUZZ-1.0 Pro", "FUZZ-1.0")

# The pages of Riffusion name no lengths, so Suno's older ones hold; those of Producer are public clients'.
RIFFUSION_LIMITS: Final = RiffusionLimits(_FUZZ_1, lyrics=3000, sound=1000)
PRODUCER_LIMITS: Final = RiffusionLimits(
    ("FUZZ-2.0", "FUZZ-2.0 Pro", "FUZZ-2.0 Raw", *_FUZZ_1, "FUZZ-0.8"), lyrics=5000, sound=2000
)

PRICES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "suno.create": 10,
        "suno.extend": 10,
        "suno.concat": 2,
        "suno.cover": 10,
        "suno.persona_music": 10,
        "suno.stems_basic": 10,
        "suno.stems_full": 50,
        "suno.persona": 1,
        "suno.upload": 2,
        "suno.wav": 0,
        "suno.lyrics": 2,
        "riffusion.create": 10,
        "riffusion.cover": 10,
        "riffusion.extend": 10,
        "riffusion.replace": 10,
        "riffusion.swap_sound": 10,
        "riffusion.swap_vocals": 10,
        "riffusion.variation": 10,
        "riffusion.upload": 2,
        "riffusion.download": 2,
        "nuro.vocal": 10,
        "nuro.bgm": 10,
    }
)
"""Credits of one accepted request, classic price list."""

SECONDS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "suno.create": 4.0,
        "suno.extend": 4.0,
        "suno.concat": 2.0,
        "suno.cover": 4.0,
        "suno.persona_music": 4.0,
        "suno.stems_basic": 3.0,
        "suno.stems_full": 3.0,
        "suno.persona": 0.0,
        "suno.upload": 1.0,
        "suno.wav": 0.0,
        "suno.lyrics": 0.5,
        "riffusion.create": 3.0,
        "riffusion.cover": 3.0,
        "riffusion.extend": 3.0,
        "riffusion.replace": 3.0,
        "riffusion.swap_sound": 3.0,
        "riffusion.swap_vocals": 3.0,
        "riffusion.variation": 3.0,
        "riffusion.upload": 1.0,
        "riffusion.download": 1.0,
        "nuro.vocal": 2.0,
        "nuro.bgm": 2.0,
    }
)
"""How long each operation takes here, before the time scale. The real ones take up to three minutes."""

MODERATION: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "artist names: '{found}'": ("the beatles", "taylor swift", "daft punk"),
        "copyrighted content: '{found}'": ("copyrighted line",),
        "inappropriate content: '{found}'": ("inappropriate line",),
        "producer tags: '{found}'": ("mustard on the beat",),
        "The lyrics format is invalid.": ("[lyrics format]",),
        "This request needs moderation review.": ("moderation review",),
    }
)
"""The text of a refusal to the words that bring it about; `{found}` becomes the words as written."""
