"""What a clip suggests for an operation that starts from it."""

from dataclasses import replace

import pytest

from cogs.ordering.clip_refs import ClipRef, order_on
from jobs.models import Clip
from jobs.rules.names import UNTITLED
from musicapi import build, load_profile

SONG = Clip(1, 0, "c1", "song", "Night Bus", duration=171.9, lyrics="[Verse]\nLast bus", tags="dub")
TITLE = {"title": "Night Bus"}
WORDS = {**TITLE, "lyrics": SONG.lyrics}


@pytest.mark.parametrize(
    ("operation", "suggested"),
    [
        ("suno.extend", {**TITLE, "style": "dub", "continue_at": "2:51.90"}),
        ("riffusion.extend", {**TITLE, "sound": "dub", "continue_at": "2:51.90"}),
        ("suno.cover", {**WORDS, "style": "dub"}),
        ("riffusion.cover", {**WORDS, "sound": "dub"}),
        ("riffusion.sound", WORDS),
        ("riffusion.vocals", WORDS),
        ("riffusion.replace", {**TITLE, "sound": "dub"}),
        ("suno.persona", {}),
        ("suno.stems_full", {}),
        ("suno.concat", {}),
    ],
)
def test_what_goes_on_begins_at_its_end_and_another_version_keeps_words_style_and_title(
    operation: str, suggested: dict[str, str]
) -> None:
    order = order_on(ClipRef("c1", SONG), operation)
    assert (order.params, order.source_clip_id) == ({"clip_id": "c1", **suggested}, "c1")
    assert order_on(ClipRef("c1"), operation).params == {"clip_id": "c1"}, "made elsewhere"
    given = order_on(ClipRef("c1", SONG), operation, continue_at="0:10", lyrics="la", model="").params
    assert (given["continue_at"], given["lyrics"]) == ("0:10", "la")
    assert "model" not in given


def test_an_instrumental_has_no_words_to_keep() -> None:
    source = ClipRef("c1", replace(SONG, lyrics="[Instrumental]"))
    assert order_on(source, "suno.cover").params == {"clip_id": "c1", **TITLE, "style": "dub"}


def test_what_is_not_known_of_a_clip_is_not_suggested() -> None:
    source = ClipRef("c1", replace(SONG, duration=None, title=UNTITLED, tags=""))
    assert order_on(source, "suno.extend").params == {"clip_id": "c1"}


def test_a_persona_sings_under_its_own_id() -> None:
    persona = ClipRef("p1", Clip(1, 0, "p1", "persona", "Miller"))
    assert order_on(persona, "suno.sing", lyrics="la").params == {"persona_id": "p1", "lyrics": "la"}


@pytest.mark.parametrize(
    ("operation", "length", "sent"),
    [
        ("suno.extend", 154.32, 154.32),
        ("suno.extend", 154.0, 154),
        ("suno.extend", 171.999, 171.99),
        ("riffusion.extend", 154.32, 154),  # which takes whole seconds alone
    ],
)
def test_what_goes_on_from_the_end_goes_on_there(operation: str, length: float, sent: float) -> None:
    order = order_on(ClipRef("c1", replace(SONG, duration=length)), operation, sound="folk", lyrics="la")
    body = build(operation, {**order.params, "known": True, "clip_duration": length}, load_profile("classic"))
    assert body["continue_at"] == sent
