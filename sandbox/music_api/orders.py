"""Operations and the orders for them: what every family's table is made of."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from sandbox.music_api.behaviour import Behaviour
from sandbox.music_api.errors import field_invalid
from sandbox.music_api.fields import Body, written
from sandbox.music_api.library import Library
from sandbox.music_api.songs import Change, Recipe, Song
from sandbox.music_api.tasks import AudioKind, Clip

SONGS_PER_REQUEST: Final = 2

_ROUNDING: Final = 0.1
"""Seconds by which a time may lie beyond a clip's end, for listings round the duration."""


@dataclass(frozen=True, slots=True)
class Order:
    """An accepted request.

    Attributes:
        operation: What it asks for.
        body: Its JSON object, validated.
        source: The clip that it works on, for operations that need one.
        source_field: The field that named it.
        created_at: Seconds since 1970.
        new_id: Draws an id.
        library: All clips, and where their files are made.
        file_url: Turns a file's name into its address.
        behaviour: The switches.
    """

    operation: str
    body: Body
    source: Clip | None
    source_field: str
    created_at: float
    new_id: Callable[[], str]
    library: Library
    file_url: Callable[[str], str]
    behaviour: Behaviour

    @property
    def provider(self) -> str:
        """The provider that was asked."""
        return self.operation.partition(".")[0]

    def clip(self) -> Clip:
        """The clip that it works on."""
        if self.source is None:
            raise ValueError("this operation's row must name its source field")
        return self.source

    def whole(self) -> Clip:
        """The clip that it works on, which must not be a stem: raises `ApiError` for one."""
        clip = self.clip()
        if clip.recipe.split != "mix":
            raise field_invalid(self.source_field)
        return clip

    def second(self, name: str) -> float:
        """A time within the clip; raises `ApiError` for one beyond its end."""
        value = float(str(self.body[name]))
        length = self.library.shelf.seconds(self.clip()) or 0.0
        if value > length + _ROUNDING:
            raise field_invalid(name)
        return min(value, length)

    def text(self, name: str) -> str:
        """A text of the body, empty where it is absent."""
        return written(self.body, name)


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the table.

    Attributes:
        name: Its own name, which is also its key in the tables of prices and durations.
        path: Where it is asked for, below the provider's prefix.
        task_types: The values of the body's selector that mean it, None for a body without one; empty where
            the path says it all.
        validate: Raises the API's complaint about a body.
        source_fields: The fields that may name the clip it works on, none if it needs none.
        make_clips: Turns an order into the clips of a task.
        answer: Turns an order into the reply, for operations that answer at once.
        selector: The field that picks it among those of its path.
        prefixes: The path prefixes under which it is offered; empty for all of its provider's.
    """

    name: str
    path: str
    task_types: tuple[str | None, ...]
    validate: Callable[[Body], None]
    source_fields: tuple[str, ...] = ()
    make_clips: Callable[[Order], tuple[Clip, ...]] | None = None
    answer: Callable[[Order], Awaitable[dict[str, object]]] | None = None
    selector: str = "task_type"
    prefixes: tuple[str, ...] = ()

    def meant_by(self, body: Body) -> bool:
        """Whether a body sent to the path asks for this operation."""
        return not self.task_types or body.get(self.selector) in self.task_types

    @property
    def provider(self) -> str:
        """The provider that offers it."""
        return self.name.partition(".")[0]

    @property
    def synchronous(self) -> bool:
        """Whether the answer holds the result instead of a task id."""
        return self.answer is not None


def check_origin(order: Order) -> None:
    """Raise `ApiError` unless uploads, and only they, are asked for with a `*_upload_*` task type."""
    if ("_upload_" in order.text("task_type")) is not order.clip().uploaded:
        raise field_invalid("task_type")


def changed(song: Song, change: Change, take: int, *, voice: str = "") -> Song:
    """The song with something done to it."""
    return Song(song.seed, take, song.instrumental, voice=voice, base=song, change=change)


def two_of(first: Clip, order: Order) -> tuple[Clip, ...]:
    """Two takes on one request, each under an id of its own."""
    return tuple(
        replace(first, clip_id=order.new_id(), recipe=Recipe(replace(first.recipe.song, take=take)))
        for take in range(SONGS_PER_REQUEST)
    )


def kind_of(provider: str) -> AudioKind:
    """The kind of file that a provider delivers."""
    kinds: dict[str, AudioKind] = {"suno": "mp3", "riffusion": "ogg", "nuro": "wav"}
    return kinds[provider]
