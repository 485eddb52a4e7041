"""What Riffusion, and Producer after it, can be asked, and what they make of an order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sandbox import sound
from sandbox.music_api import fields
from sandbox.music_api.errors import field_invalid, field_required
from sandbox.music_api.fields import Body
from sandbox.music_api.limits import PRODUCER_LIMITS, RIFFUSION_LIMITS, RiffusionLimits
from sandbox.music_api.orders import Order, changed, check_origin, kind_of, two_of
from sandbox.music_api.songs import Change, Cover, Extension, Recipe, Replacement, Song, SoundSwap, VocalSwap
from sandbox.music_api.tasks import AudioKind, Clip

Check = Callable[[Body], None]
Make = Callable[[Order], tuple[Clip, ...]]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one of the two names its fields.

    Attributes:
        prefix: The path prefix under which it is spoken.
        limits: Models and lengths.
        clip: The field of the clip that is worked on.
        starts: The field of the second from which a section is replaced.
        ends: The field of the second up to which it is.
        classic: Whether it has `custom_mode`, wants a model, and tells uploads by their task type.
    """

    prefix: str
    limits: RiffusionLimits
    clip: str
    starts: str
    ends: str
    classic: bool

    def check_create(self, body: Body) -> None:
        """Raise the complaint about a new song's request, if there is one."""
        self._check_texts(body)
        if not self.classic:
            if not any(body.get(name) for name in ("sound", "lyrics", "prompt")):
                raise field_required("sound")
            fields.flag(body, "make_instrumental")
        elif fields.flag(body, "custom_mode", required=True):
            fields.flag(body, "make_instrumental", required=True)
        else:
            fields.flag(body, "make_instrumental")
            fields.text(body, "prompt", required=True)

    def check_change(self, *required: str) -> Check:
        """What complains about a request that changes a clip; the classic one insists on some texts."""

        def check(body: Body) -> None:
            fields.text(body, self.clip, required=True)
            self._check_texts(body)
            if self.classic:
                fields.true(body, "custom_mode")
                for name in required:
                    fields.text(body, name, required=True)
            elif required and not any(body.get(name) for name in ("sound", "lyrics")):
                raise field_required("sound")

        return check

    def check_extend(self, body: Body) -> None:
        """Raise the complaint about an extension's request, if there is one."""
        self.check_change("lyrics", "sound")(body)
        # The page says whole seconds, and more than none of the clip has to stay.
        fields.number(body, "continue_at", low=1, whole=self.classic, required=True)

    def check_replace(self, body: Body) -> None:
        """Raise the complaint about the request to replace a section, if there is one."""
        self.check_change("lyrics", "sound")(body)
        starts = fields.number(body, self.starts, low=0, required=True)
        ends = fields.number(body, self.ends, low=0, required=True)
        if starts is not None and ends is not None and ends <= starts:
            raise field_invalid(self.ends)

    def _check_texts(self, body: Body) -> None:
        limits = self.limits
        if fields.choice(body, "mv", limits.models) is None and self.classic:
            raise field_invalid("mv")
        fields.text(body, "lyrics", limit=limits.lyrics)
        fields.text(body, "sound", limit=limits.sound)
        fields.text(body, "title", limit=limits.title)
        fields.text(body, "prompt", limit=limits.prompt)
        if not self.classic:
            fields.number(body, "sound_strength", low=0.2, high=1)
            for name in ("lyrics_strength", "weirdness", "cover_strength"):
                fields.share(body, name)
            fields.number(body, "seed", low=0, whole=True)

    def versions(self, change: Callable[[Order], Change]) -> Make:
        """What makes two clips of a clip and a change."""

        def make(order: Order) -> tuple[Clip, ...]:
            if self.classic:
                check_origin(order)
            source = order.whole()
            song = changed(source.recipe.song, change(order), 0)
            return _two(order, song, title=source.title, lyrics=source.lyrics, style=source.tags)

        return make

    def replacement(self, order: Order) -> Change:
        """The change to a section."""
        return Replacement(order.second(self.starts), order.second(self.ends), order.text("lyrics"))


CLASSIC: Final = Dialect("riffusion", RIFFUSION_LIMITS, "continue_clip_id", "starts", "ends", classic=True)
RENAMED: Final = Dialect("producer", PRODUCER_LIMITS, "clip_id", "starts_at", "ends_at", classic=False)


def songs(order: Order) -> tuple[Clip, ...]:
    """Two takes on lyrics and a sound, or on a description."""
    described = order.body.get("custom_mode") is False or not (order.text("lyrics") or order.text("sound"))
    topic = order.text("prompt") if described else order.text("sound")
    style = sound.style(topic) if described else topic
    instrumental = order.body.get("make_instrumental") is True
    written = "" if described else order.text("lyrics")
    lyrics = "[Instrumental]" if instrumental else written or sound.lyrics(topic)
    song = Song(f"{topic if instrumental else lyrics}\n{style}", 0, instrumental)
    return _two(order, song, title=sound.title(written or topic), lyrics=lyrics, style=style)


def extension(order: Order) -> Change:
    """The change that lets a clip go on."""
    return Extension(order.second("continue_at"), order.text("lyrics"))


def cover(order: Order) -> Change:
    """The change of style."""
    return Cover(order.text("lyrics"), order.text("sound"))


def sound_swap(order: Order) -> Change:
    """The change of instruments."""
    return SoundSwap(order.text("sound") or order.clip().tags)


def vocal_swap(order: Order) -> Change:
    """The change of the singer."""
    return VocalSwap(order.text("lyrics"), order.text("sound"))


def variation(order: Order) -> Change:
    """Everything anew in the same key, tempo and instruments."""
    return Replacement(0.0, order.library.shelf.seconds(order.clip()) or 0.0, order.text("lyrics"))


def check_download(body: Body) -> None:
    """Raise the complaint about the request for a file, if there is one."""
    fields.text(body, "clip_id", required=True)
    if fields.choice(body, "format", ("mp3", "wav")) is None:
        raise field_required("format")


def download(order: Order) -> tuple[Clip, ...]:
    """The same sound as another kind of file."""
    source = order.clip()
    kind: AudioKind = "wav" if order.text("format") == "wav" else "mp3"
    return (
        Clip(
            clip_id=order.new_id(),
            title=source.title,
            tags=source.tags,
            lyrics=source.lyrics,
            mv=source.mv,
            description=None,
            created_at=order.created_at,
            recipe=source.recipe,
            provider=order.provider,
            kind=kind,
            parent=source.clip_id,
        ),
    )


def _two(order: Order, song: Song, *, title: str, lyrics: str, style: str) -> tuple[Clip, ...]:
    first = Clip(
        clip_id="",
        title=order.text("title") or title,
        tags=order.text("sound") or style,
        lyrics=order.text("lyrics") or lyrics,
        mv=order.text("mv") or PRODUCER_LIMITS.models[0],
        description=None,
        created_at=order.created_at,
        recipe=Recipe(song),
        provider=order.provider,
        kind=kind_of(order.provider),
        parent=order.source.clip_id if order.source else "",
    )
    return two_of(first, order)
