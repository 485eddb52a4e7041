"""The switches: choices that the vendor's pages leave open or that changed over time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from sandbox.music_api.limits import MODERATION
from sandbox.music_api.tasks import FailureStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How the stand-in acts where more than one way was seen.

    Attributes:
        code_in_submit: Whether submit replies carry `code: 200`; the early documentation has none.
        no_credits_status: 403, or 402 as newer deployments answer.
        streaming_link: Whether running clips show a streaming link instead of an empty one; it is no file.
        create_interval: Least seconds between two tasks; what comes faster gets 429 with `Retry-After`.
        failure: How polls tell that a task failed.
        one_song_first: Whether Riffusion lists a finished song alone while the other one is still running.
        nuro_queue: How many tasks Nuro works on before it refuses the next one; None for any number.
        full_stems: Into how many parts a song is taken apart; past the twelve usual ones they come again.
        upload_seconds: The shortest and the longest recording that may be uploaded.
        retired: What answers 410, as patterns of operations: `nuro.*` is all of Nuro with its polls.
        moderation: The text of a refusal to the words that bring it about.
    """

    code_in_submit: bool = False
    no_credits_status: Literal[402, 403] = 403
    streaming_link: bool = False
    create_interval: float = 0.0
    failure: FailureStyle = "clips"
    one_song_first: bool = False
    nuro_queue: int | None = None
    full_stems: int = 12
    upload_seconds: tuple[float, float] = (6.0, 60.0)
    retired: Collection[str] = ()
    moderation: Mapping[str, Sequence[str]] = field(default_factory=lambda: MODERATION)

    def retires(self, operation: str) -> bool:
        """Whether an operation is one of those that were taken down."""
        return any(fnmatchcase(operation, pattern) for pattern in self.retired)
