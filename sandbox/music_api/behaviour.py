"""The switches: choices that the vendor's pages leave open or that changed over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
        moderation: The text of a refusal to the words that bring it about.
    """

    code_in_submit: bool = False
    no_credits_status: Literal[402, 403] = 403
    streaming_link: bool = False
    create_interval: float = 0.0
    failure: FailureStyle = "clips"
    moderation: Mapping[str, Sequence[str]] = field(default_factory=lambda: MODERATION)
