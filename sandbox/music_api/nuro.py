"""What Nuro can be asked, and what it makes of an order: one song, sung or played."""

from collections.abc import Mapping, Sequence
from typing import Final

from sandbox import sound
from sandbox.music_api import fields
from sandbox.music_api import nuro_lists as lists
from sandbox.music_api.errors import field_invalid, field_required
from sandbox.music_api.fields import Body
from sandbox.music_api.orders import Order, kind_of
from sandbox.music_api.songs import Recipe, Song
from sandbox.music_api.tasks import Clip
from sandbox.sound.seeds import pick, stream

VERSIONS: Final = ("v1.0", "v2.0")
_PLAYED_AS: Final[Mapping[str, str]] = {
    "intro": "intro",
    "verse": "verse",
    "chorus": "chorus",
    "inst": "chorus",
    "bridge": "verse",
    "outro": "outro",
}
"""Every segment's name to the section that is composed for it."""


def check_vocal(body: Body) -> None:
    """Raise the complaint about a sung song's request, if there is one."""
    fields.text(body, "lyrics", limit=lists.LYRICS_LIMIT, required=True)
    for name, options in lists.VOCAL.items():
        fields.choice(body, name, options)
    fields.number(body, "duration", low=30, high=240, whole=True)


def check_bgm(body: Body) -> None:
    """Raise the complaint about an instrumental's request, if there is one."""
    second = fields.choice(body, "version", VERSIONS) == "v2.0"
    limit = lists.DESCRIPTION_LIMIT if second else None
    fields.text(body, "description", limit=limit, required=True)
    for name, options in lists.BGM.items():
        if fields.choices(body, name, options, most=lists.MOST_CHOICES) and second:
            raise field_invalid(name)
    low, high = (30, 120) if second else (1, 60)
    fields.number(body, "duration", low=low, high=high, whole=True)
    if body.get("segments") is not None:
        _check_segments(body["segments"], allowed=second)


def _check_segments(segments: object, *, allowed: bool) -> None:
    if not allowed or not isinstance(segments, list) or not segments:
        raise field_invalid("segments")
    total = 0.0
    for segment in segments:
        if not isinstance(segment, dict):
            raise field_invalid("segments")
        if fields.choice(segment, "name", _PLAYED_AS) is None:
            raise field_required("name")
        total += fields.number(segment, "duration", low=5, high=120, required=True) or 0.0
    if not 30 <= total <= 120:  # noqa: PLR2004 (seconds, as the page says)
        raise field_invalid("segments")


def vocal(order: Order) -> tuple[Clip, ...]:
    """One sung song; what was left open is predicted."""
    lyrics = order.text("lyrics")
    facts = {name: order.text(name) or _predicted(lyrics, name) for name in lists.VOCAL}
    voice = "tenor" if facts["gender"] == "Male" else "alto" if facts["timbre"] == "Warm" else "soprano"
    seed = "\n".join((lyrics, facts["genre"], facts["mood"]))
    song = Song(seed, 0, instrumental=False, seconds=_duration(order), voice=voice)
    return (_clip(order, song, title=sound.title(lyrics), lyrics=lyrics, facts=facts),)


def bgm(order: Order) -> tuple[Clip, ...]:
    """One instrumental."""
    description = order.text("description")
    chosen = {name: _strings(order.body.get(name)) for name in lists.BGM}
    facts = {
        "genre": "",
        "mood": "",
        "gender": "",
        "timbre": "",
        "prompt": description,
        **{name: values[0] if values else "" for name, values in chosen.items()},
    }
    seed = "\n".join((description, *(" ".join(values) for values in chosen.values())))
    segments = tuple(
        (_PLAYED_AS[segment["name"]], float(segment["duration"]))
        for segment in _objects(order.body.get("segments"))
    )
    song = Song(seed, 0, instrumental=True, seconds=_duration(order), segments=segments)
    return (_clip(order, song, title=sound.title(description), lyrics="", facts=facts),)


def _clip(order: Order, song: Song, *, title: str, lyrics: str, facts: Mapping[str, str]) -> Clip:
    return Clip(
        clip_id=f"song-{order.new_id()}",
        title=title,
        tags="",
        lyrics=lyrics,
        mv="",
        description=None,
        created_at=order.created_at,
        recipe=Recipe(song),
        provider=order.provider,
        kind=kind_of(order.provider),
        facts=facts,
    )


def _duration(order: Order) -> float | None:
    return fields.number(order.body, "duration", low=0)


def _predicted(lyrics: str, name: str) -> str:
    return pick(stream(lyrics, "predicted", name), lists.VOCAL[name])


def _strings(value: object) -> Sequence[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _objects(value: object) -> Sequence[Mapping[str, str]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
