"""A piece: a score with what was decided and changed on its way, enough to go on from.

Every change keeps the plan, so a change of a change is one like any other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sandbox.sound.arrangement import check_length, written
from sandbox.sound.plan import Plan, form, form_of, make_plan
from sandbox.sound.score import SAMPLE_RATE, Note, Score, Track


@dataclass(frozen=True, slots=True)
class Splice:
    """A stretch in which another score is heard; its ends are seconds of the piece's own score."""

    starts: float
    ends: float
    score: Score


@dataclass(frozen=True, slots=True)
class Piece:
    """What can be rendered and changed.

    Attributes:
        plan: Its decisions.
        score: The whole of it.
        splices: Where another score is heard, the later ones over the earlier.
        begins: Seconds of the score before the first sound of the piece: above 0 where it is only the
            continuation of something.
    """

    plan: Plan
    score: Score
    splices: tuple[Splice, ...] = ()
    begins: float = 0.0

    @property
    def first_frame(self) -> int:
        """Where the piece begins in its score, in frames."""
        return round(self.begins * SAMPLE_RATE)

    @property
    def seconds(self) -> float:
        """How long it sounds."""
        return (self.score.frames - self.first_frame) / SAMPLE_RATE

    def from_the_start(self) -> "Piece":
        """All of the score."""
        return replace(self, begins=0.0)

    def changed(self, change: Callable[[Score], Score]) -> "Piece":
        """The piece with the same change made to everything that is heard in it."""
        splices = tuple(replace(splice, score=change(splice.score)) for splice in self.splices)
        return replace(self, score=change(self.score), splices=splices)

    def notes(self, part: str) -> tuple[Note, ...]:
        """All notes of a part, from whichever score is heard where they start."""
        heard = self.score.track(part).notes
        for splice in self.splices:
            low, high = self.score.beat_at(splice.starts), self.score.beat_at(splice.ends)
            kept = (note for note in heard if not low <= note.start < high)
            new = (note for note in splice.score.track(part).notes if low <= note.start < high)
            heard = tuple(sorted((*kept, *new), key=lambda note: (note.start, note.pitch)))
        return heard


def begin(
    seed_text: str,
    *,
    take: int = 0,
    seconds: float = 20.0,
    instrumental: bool = False,
    voice: str = "",
    segments: Sequence[tuple[str, float]] = (),
) -> Piece:
    """A new song, composed as `compose` does it.

    `voice` asks for a singer, a key of `plan.VOICES`. `segments`, pairs of a section's name and its seconds,
    take the place of a form of its own. Raises `ValueError` for a length outside 2 to 480 seconds.
    """
    plan = make_plan(seed_text, take=take, instrumental=instrumental, voice=voice)
    length = sum(each for _, each in segments) if segments else seconds
    check_length(length)
    sections, tempo = form_of(segments, plan.tempo) if segments else form(plan.tempo, length)
    return Piece(plan, written(plan, sections, tempo=tempo, seconds=length))


def with_patches(score: Score, patches: dict[str, str]) -> Score:
    """The score on other instruments, for the parts that are named."""
    for part, patch in patches.items():
        score = score.with_track(Track(part, patch, score.track(part).notes))
    return score
