"""Results of jobs as they are kept."""

from dataclasses import dataclass, field

from musicapi import is_instrumental


@dataclass(frozen=True, slots=True)
class Clip:
    """One result of a job. Most are audio; an upload, a persona and lyrics are results as well.

    Attributes:
        position: Its number among the results of the job, from 0.
        clip_id: The API's id: of the clip, or of the persona; empty for lyrics.
        kind: What it is: `song`, `stem`, `wav`, `upload`, `persona` or `lyrics`.
        part: What part of the song it is ("Drums"); empty for a whole one.
        duration: Seconds, or None.
        error: Why this one failed; empty when it did not.
        audio_url: Where the file is at the provider; links there can expire. Empty where there is none.
        parent_clip_id: What it was made from.
        provider: Whose it is, and `operation`: what made it. Both are its job's; known when it is read.
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

    @property
    def instrumental(self) -> bool:
        """Whether nobody sings, as its lyrics tell."""
        return is_instrumental(self.lyrics)


@dataclass(frozen=True, slots=True)
class Family:
    """Where a clip comes from, and what became of it.

    Attributes:
        ancestors: What it was made from, the nearest first.
        children: What was made from it, oldest first.
    """

    ancestors: tuple[Clip, ...] = ()
    children: tuple[Clip, ...] = ()
