"""What Suno makes of an order."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from sandbox import sound
from sandbox.music_api.errors import field_invalid
from sandbox.music_api.orders import Order, changed, check_origin, two_of
from sandbox.music_api.songs import Cover, Extension, Recipe, Song
from sandbox.music_api.tasks import Clip

BASIC_PARTS: Final = ("Vocals", "Instrumental")
LYRICS_PER_REQUEST: Final = 2
VOICES: Final = {"f": "soprano", "m": "tenor"}
"""The voice for each value of `vocal_gender`."""


def songs(order: Order) -> tuple[Clip, ...]:
    """Two takes on one request."""
    body = order.body
    description = order.text("gpt_description_prompt") if body.get("custom_mode") is not True else None
    prompt = order.text("prompt") if description is None else description
    tags = order.text("tags") if description is None else sound.style(prompt)
    song = Song(
        f"{prompt}\n{tags}",
        0,
        instrumental=body.get("make_instrumental") is True,
        voice=VOICES.get(order.text("vocal_gender"), ""),
    )
    first = Clip(
        clip_id="",
        title=order.text("title") or sound.title(prompt),
        tags=tags,
        lyrics=_lyrics(order, prompt),
        mv=order.text("mv"),
        description=description,
        created_at=order.created_at,
        recipe=Recipe(song),
    )
    return two_of(first, order)


def persona_songs(order: Order) -> tuple[Clip, ...]:
    """Two takes sung by a persona."""
    singer = order.library.persona(order.text("persona_id"))
    return tuple(
        replace(clip, recipe=Recipe(replace(clip.recipe.song, singer=singer))) for clip in songs(order)
    )


def extensions(order: Order) -> tuple[Clip, ...]:
    """Two ways to go on from a point, without what comes before it."""
    check_origin(order)
    at = order.second("continue_at")
    song = order.whole().recipe.song
    return _new_versions(order, changed(song, Extension(at, order.text("prompt")), 0))


def covers(order: Order) -> tuple[Clip, ...]:
    """The same melody twice in another style."""
    check_origin(order)
    source = order.whole()
    style = order.text("tags") or source.tags
    voice = VOICES.get(order.text("vocal_gender"), "")
    change = Cover(order.text("prompt"), style)
    return _new_versions(order, changed(source.recipe.song, change, 0, voice=voice))


def joined(order: Order) -> tuple[Clip, ...]:
    """The whole song that an extension belongs to."""
    source = order.whole()
    song = source.recipe.song
    if not isinstance(song.change, Extension) or not song.change.alone:
        raise field_invalid(order.source_field)
    parent = order.library.known(source.parent)
    return (
        replace(
            source,
            clip_id=order.new_id(),
            lyrics="\n\n".join(filter(None, (parent.lyrics, source.lyrics))),
            created_at=order.created_at,
            recipe=Recipe(replace(song, change=replace(song.change, alone=False))),
            parent=source.clip_id,
        ),
    )


def basic_stems(order: Order) -> tuple[Clip, ...]:
    """Voice and everything else."""
    return _stems(order, "basic", BASIC_PARTS)


def full_stems(order: Order) -> tuple[Clip, ...]:
    """Every part by itself."""
    return _stems(
        order, "full", list(itertools.islice(itertools.cycle(sound.PARTS), order.behaviour.full_stems))
    )


async def wav(order: Order) -> dict[str, object]:
    """The clip as a lossless file."""
    source = order.clip()
    await order.library.shelf.make([source], "wav")
    return {"message": "success", "data": {"wav_url": order.file_url(f"{source.clip_id}.wav")}}


async def persona(order: Order) -> dict[str, object]:
    """The voice of a clip, under an id."""
    persona_id = order.new_id()
    order.library.personas[persona_id] = order.whole().recipe.song
    return {"code": 200, "persona_id": persona_id, "message": "success"}


async def lyrics(order: Order) -> dict[str, object]:
    """Two lyrics for one description."""
    topic = order.text("description")
    results = [
        {"title": sound.title(topic, version=version), "lyrics": sound.lyrics(topic, version=version)}
        for version in range(LYRICS_PER_REQUEST)
    ]
    return {"code": 200, "results": results, "message": "success"}


def _new_versions(order: Order, song: Song) -> tuple[Clip, ...]:
    source = order.clip()
    first = Clip(
        clip_id="",
        title=order.text("title") or source.title,
        tags=order.text("tags") or source.tags,
        lyrics=order.text("prompt"),
        mv=order.text("mv"),
        description=None,
        created_at=order.created_at,
        recipe=Recipe(song),
        parent=source.clip_id,
    )
    return two_of(first, order)


def _stems(order: Order, split: Literal["basic", "full"], parts: Sequence[str]) -> tuple[Clip, ...]:
    source = order.whole()
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
            parent=source.clip_id,
        )
        for part in parts
    )


def _lyrics(order: Order, prompt: str) -> str:
    body = order.body
    if body.get("make_instrumental") is True:
        return "[Instrumental]"
    as_written = body.get("custom_mode") is True and body.get("auto_lyrics") is not True
    return prompt if as_written else sound.lyrics(prompt)
