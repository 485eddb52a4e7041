"""Tasks and clips: what was asked for, and how far it is at a given moment."""

import enum
from dataclasses import dataclass, field
from typing import Final, Literal

NOT_READY_SHARE: Final = 0.15
"""The share of a task's time in which polls are told to come back later."""

FIRST_CLIP_SHARE: Final = 0.6
"""The share of a task's time after which clips begin to succeed, one after the other."""


FailureStyle = Literal["clips", "error", "timeout"]
"""How polls tell that a task failed: by listing failed clips (200) or by an error object (500, 504)."""


class State(enum.StrEnum):
    """A clip's state, as the wire spells it."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Song:
    """What one song is composed from; equal songs sound equal."""

    seed: str
    take: int
    instrumental: bool


@dataclass(frozen=True, slots=True)
class Recipe:
    """The sound of one clip: a song as a whole, or one part of it.

    Attributes:
        song: The song.
        split: `mix` for the whole, else the kind of separation that the part belongs to. A part's name alone
            does not say: the basic "Vocals" hold the backing vocals as well.
        part: The part's name, empty for the mix.
    """

    song: Song
    split: Literal["mix", "basic", "full"] = "mix"
    part: str = ""


@dataclass(frozen=True, slots=True)
class Clip:
    """One audio result with the facts that its listing shows."""

    clip_id: str
    title: str
    tags: str
    lyrics: str
    mv: str
    description: str | None
    created_at: float
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a whole task failed, in the way the API answers its polls from then on.

    Attributes:
        style: How it says so.
        message: The reason.
        refunded: Whether the credits were given back, which an error object also says.
    """

    style: FailureStyle
    message: str
    refunded: bool


@dataclass(slots=True)
class Task:
    """One accepted request that takes a while.

    Attributes:
        task_id: The API's id of the work.
        operation: For example `suno.create`.
        created_at: Seconds since 1970.
        seconds: How long it takes.
        clips: Its results, in the order in which they are listed.
        failure: Set once the whole task has failed.
        lost: Clips that failed alone, with their messages.
    """

    task_id: str
    operation: str
    created_at: float
    seconds: float
    clips: tuple[Clip, ...]
    failure: Failure | None = None
    lost: dict[str, str] = field(default_factory=dict)

    def share(self, now: float) -> float:
        """How much of the task's time is over: 0 at its start, 1 and above at its end."""
        return (now - self.created_at) / self.seconds if self.seconds > 0 else 1.0

    def not_ready(self, now: float) -> bool:
        """Whether there is nothing to list yet."""
        return self.failure is None and not self.lost and self.share(now) < NOT_READY_SHARE

    def due(self, clip: Clip, now: float) -> bool:
        """Whether the clip's turn to succeed has come; the last one's comes with the end of the task."""
        turn = (self.clips.index(clip) + 1) / len(self.clips)
        return self.share(now) >= FIRST_CLIP_SHARE + (1 - FIRST_CLIP_SHARE) * turn

    def error_message(self, clip: Clip) -> str | None:
        """Why the clip failed, None if it did not."""
        return self.failure.message if self.failure else self.lost.get(clip.clip_id)
