"""The table of operations: one row for each thing that the API can be asked to do.

A new operation is a row here, a validator, a maker of its clips (or of its answer), a price and a duration.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sandbox import sound
from sandbox.music_api import validation
from sandbox.music_api.errors import field_invalid
from sandbox.music_api.fields import Body
from sandbox.music_api.shelf import Shelf
from sandbox.music_api.tasks import Clip, Recipe, Song

BASIC_PARTS: Final = ("Vocals", "Instrumental")
SONGS_PER_REQUEST: Final = 2


@dataclass(frozen=True, slots=True)
class Order:
    """An accepted request.

    Attributes:
        body: Its JSON object, validated.
        source: The clip that it works on, for operations that need one.
        created_at: Seconds since 1970.
        new_id: Draws a clip id.
        shelf: Where files are made.
        file_url: Turns a file's name into its address.
    """

    body: Body
    source: Clip | None
    created_at: float
    new_id: Callable[[], str]
    shelf: Shelf
    file_url: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the table.

    Attributes:
        name: Its own name, which is also its key in the tables of prices and durations.
        path: Where it is asked for, below the provider's prefix.
        task_types: The values of the body's `task_type` that mean it, None for a body without one; empty
            where the path says it all.
        validate: Raises the API's complaint about a body.
        source_field: The field that names the clip it works on, empty if it needs none.
        make_clips: Turns an order into the clips of a task.
        answer: Turns an order into the reply, for operations that answer at once.
    """

    name: str
    path: str
    task_types: tuple[str | None, ...]
    validate: Callable[[Body], None]
    source_field: str = ""
    make_clips: Callable[[Order], tuple[Clip, ...]] | None = None
    answer: Callable[[Order], Awaitable[dict[str, object]]] | None = None

    def meant_by(self, body: Body) -> bool:
        """Whether a body sent to the path asks for this operation."""
        return not self.task_types or body.get("task_type") in self.task_types

    @property
    def provider(self) -> str:
        """The provider that offers it."""
        return self.name.partition(".")[0]

    @property
    def synchronous(self) -> bool:
        """Whether the answer holds the result instead of a task id."""
        return self.answer is not None


def songs(order: Order) -> tuple[Clip, ...]:
    """Two takes on one request."""
    body = order.body
    instrumental = body.get("make_instrumental") is True
    description = _text(body, "gpt_description_prompt") if body.get("custom_mode") is not True else None
    prompt = _text(body, "prompt") if description is None else description
    tags = _text(body, "tags") if description is None else sound.style(prompt)
    seed = f"{prompt}\n{tags}"
    return tuple(
        Clip(
            clip_id=order.new_id(),
            title=_text(body, "title") or sound.title(prompt),
            tags=tags,
            lyrics=_lyrics(body, prompt),
            mv=_text(body, "mv"),
            description=description,
            created_at=order.created_at,
            recipe=Recipe(Song(seed, take, instrumental)),
        )
        for take in range(SONGS_PER_REQUEST)
    )


def basic_stems(order: Order) -> tuple[Clip, ...]:
    """Voice and everything else."""
    return _stems(order, "basic", BASIC_PARTS)


def full_stems(order: Order) -> tuple[Clip, ...]:
    """Every part by itself."""
    return _stems(order, "full", sound.PARTS)


async def wav(order: Order) -> dict[str, object]:
    """The clip as a lossless file."""
    source = _source(order)
    await order.shelf.make([source], "wav")
    return {"message": "success", "data": {"wav_url": order.file_url(f"{source.clip_id}.wav")}}


def _source(order: Order) -> Clip:
    if order.source is None:
        raise ValueError("this operation's row must name its source field")
    return order.source


def _stems(order: Order, split: Literal["basic", "full"], parts: Sequence[str]) -> tuple[Clip, ...]:
    source = _source(order)
    if source.recipe.split != "mix":
        raise field_invalid("clip_id")
    return tuple(
        Clip(
            clip_id=order.new_id(),
            title=f"{source.title} ({part})",
            tags="",
            lyrics=source.lyrics if part == "Vocals" else "",
            mv=source.mv,
            description=None,
            created_at=order.created_at,
            recipe=Recipe(source.recipe.song, split, part),
        )
        for part in parts
    )


def _lyrics(body: Body, prompt: str) -> str:
    if body.get("make_instrumental") is True:
        return "[Instrumental]"
    written = body.get("custom_mode") is True and body.get("auto_lyrics") is not True
    return prompt if written else sound.lyrics(prompt)


def _text(body: Body, name: str) -> str:
    return str(body.get(name) or "")


OPERATIONS: Final = (
    Operation("suno.create", "create", (None, "create_music"), validation.suno_create, make_clips=songs),
    Operation(
        "suno.stems_basic", "stems/basic", (), validation.known_clip, "clip_id", make_clips=basic_stems
    ),
    Operation("suno.stems_full", "stems/full", (), validation.known_clip, "clip_id", make_clips=full_stems),
    Operation("suno.wav", "wav", (), validation.known_clip, "clip_id", answer=wav),
)
