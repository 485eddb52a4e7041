"""Options: what the vendor's pages leave open or what changed over time, and how long things take here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

FailureStyle = Literal["clips", "error", "timeout"]
"""How polls report a failed task: by listing failed clips (200) or by an error object (500, 504)."""

_MODERATION: Final[Mapping[str, Sequence[str]]] = {
    "artist names: '{found}'": ("the beatles", "taylor swift", "daft punk"),
    "copyrighted content: '{found}'": ("copyrighted line",),
    "inappropriate content: '{found}'": ("inappropriate line",),
    "producer tags: '{found}'": ("mustard on the beat",),
    "The lyrics format is invalid.": ("[lyrics format]",),
    "This request needs moderation review.": ("moderation review",),
}
SECONDS: Final[Mapping[str, float]] = {
    "suno": 4.0, "suno.concat": 2.0, "suno.lyrics": 0.5, "suno.persona": 0.0, "suno.stems_basic": 3.0,
    "suno.stems_full": 3.0, "suno.upload": 1.0, "suno.wav": 0.0, "riffusion": 3.0, "riffusion.upload": 1.0,
    "nuro": 2.0,
}  # fmt: skip
"""How long a provider or an operation takes, before the time scale. Real ones take up to three minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the fake acts where more than one way was seen."""

    no_credits_status: Literal[402, 403] = 403  # newer deployments answer 402
    create_interval: float = 0.0  # seconds; tasks that come faster get 429 with `Retry-After`
    failure: FailureStyle = "clips"
    nuro_queue: int | None = None  # how many tasks Nuro works on before it refuses the next one
    full_stems: int = 12  # past the twelve usual ones they come again
    upload_seconds: tuple[float, float] = (6.0, 60.0)
    retired: Collection[str] = ()  # what answers 410: `nuro.*` is all of Nuro with its polls
    retired_models: Collection[str] = ()
    # The text of a refusal to the words that cause it; `{found}` becomes the words as written.
    moderation: Mapping[str, Sequence[str]] = field(default_factory=lambda: _MODERATION)
