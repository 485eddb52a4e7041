"""What drifts: models, character limits, prices, durations and the words that moderation refuses.

Source of models, limits and prices: docs.sunoapi.com, pages "Suno API instructions", "AI Music API credits
usage guide" and "AI Music API error handling guide" (2025). Where those pages contradict each other, the
wider limit of the later page holds for the newer models.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

PREFIXES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({"suno": ("suno", "sonic")})
"""Provider to the path prefixes under which it answers: the classic name first, then the renamed one."""

TITLE_LIMIT: Final = 80
DESCRIPTION_LIMIT: Final = 400
WEBHOOK_URL_LIMIT: Final = 1024


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

PRICES: Final[Mapping[str, int]] = MappingProxyType(
    {"suno.create": 10, "suno.stems_basic": 10, "suno.stems_full": 50, "suno.wav": 0}
)
"""Credits of one accepted request, classic price list."""

SECONDS: Final[Mapping[str, float]] = MappingProxyType(
    {"suno.create": 4.0, "suno.stems_basic": 3.0, "suno.stems_full": 3.0, "suno.wav": 0.0}
)
"""How long each operation takes here, before the time scale. The real ones take one to three minutes."""

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
