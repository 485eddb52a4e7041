"""Results of jobs as they are kept."""

from dataclasses import dataclass, field
from typing import Optional

from musicapi import Params, is_instrumental


@dataclass(frozen=True, slots=True)
class Clip:
    """One result of a job. Most are audio; an upload, a persona and lyrics are results as well.

    Attributes:
        position: Its number among the results of the job, from 0.
        clip_id: The API's id of the clip or persona; empty for lyrics.
        kind: `song`, `stem`, `wav`, `upload`, `persona` or `lyrics`.
        part: The part of the song ("Drums"); empty for a whole one.
        duration: In seconds.
        error: Why this one failed; empty if it did not.
        audio_url: The file at the provider; the link can expire. Empty if there is none.
        provider, operation, user_id, params: Its job's; filled in when it is read, as is what follows.
        source: What it was made from, as this server has it.
    """

    job_id: int
    position: int
    clip_id: str
    kind: str
    title: str
    part: str = ""
    model: str = ""
    duration: float | None = None
    lyrics: str = ""
    tags: str = ""
    audio_url: str = ""
    image_url: str = ""
    parent_clip_id: str = ""
    error: str = ""
    created_at: float = 0.0
    provider: str = field(default="", compare=False)
    operation: str = field(default="", compare=False)
    user_id: int = field(default=0, compare=False)
    params: Params = field(default_factory=dict, compare=False, repr=False)
    source: Optional["Clip"] = field(default=None, compare=False, repr=False)

    @property
    def instrumental(self) -> bool:
        return is_instrumental(self.lyrics)


@dataclass(frozen=True, slots=True)
class Family:
    """A clip's ancestors, nearest first, and the clips made from it, oldest first."""

    ancestors: tuple[Clip, ...] = ()
    children: tuple[Clip, ...] = ()
