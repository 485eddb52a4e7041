"""What is offered under a message fits a phone, whatever is offered, and nothing is lost by that."""

from dataclasses import replace
from typing import Any

import pytest
from discord import ui

from cogs.ui.buttons import clip_buttons, result_buttons
from cogs.ui.controls import BLUE, Control, controls
from jobs.models import Clip, Job, Post
from jobs.models.states import JobState
from musicapi import load_profile

CATALOGUE = load_profile("classic")
POST = Post(1, 7, 0, 0, "0" * 16, attached=(0, 1))
# What a phone of 400 pixels has for a row, by the sandbox page, whose buttons look like Discord's.
ROOM, PADDING, GAP, LETTER = 312, 24, 8, 6.6


def job(operation: str) -> Job:
    return Job(
        id=7, guild_id=1, channel_id=2, user_id=3, operation=operation, provider=operation.partition(".")[0],
        params={}, summary="s", source_clip_id="", price=10, state=JobState.POSTING, state_at=1.0,
        created_at=1.0, upload_limit=1,
    )  # fmt: skip


def clips(kind: str, operation: str, *parts: str) -> list[Clip]:
    provider = operation.partition(".")[0]
    return [
        Clip(7, at, f"c{at}", kind, "T", part, provider=provider, operation=operation, lyrics="la")
        for at, part in enumerate(parts)
    ]


def rows_of(view: ui.View) -> list[list[dict[str, Any]]]:
    return [row["components"] for row in view.to_components()]


def labels_of(view: ui.View) -> tuple[list[str], list[str]]:
    """The entries of the menu, and the buttons."""
    shown = [component for row in rows_of(view) for component in row]
    entries = [option["label"] for one in shown if one["type"] == 3 for option in one["options"]]
    return entries, [one["label"] for one in shown if one["type"] == 2]


TAKES = ("take 1", "take 2")
PARTS = (
    "Vocals",
    "Backing Vocals",
    "Drums",
    "Bass",
    "Guitar",
    "Keyboard",
    "Percussion",
    "Strings",
    "Synth",
    "FX",
)


@pytest.mark.parametrize(
    ("kind", "operation", "parts"),
    [
        ("song", "suno.create", TAKES),
        ("song", "suno.create", ("take 1", "take 2", "take 3", "take 4")),
        ("song", "suno.extend", TAKES),
        ("song", "suno.concat", ("",)),
        ("song", "riffusion.describe", TAKES),
        ("song", "nuro.song", ("",)),
        ("lyrics", "suno.lyrics", ("version 1", "version 2")),
        ("upload", "suno.upload", ("",)),
        ("persona", "suno.persona", ("",)),
        ("stem", "suno.stems_full", PARTS),
        ("wav", "suno.wav", ("",)),
    ],
)
@pytest.mark.parametrize("missing", [(), (1,)])
def test_two_rows_hold_all_and_fit_a_phone(
    kind: str, operation: str, parts: tuple[str, ...], missing: tuple[int, ...]
) -> None:
    post = Post(1, 7, 0, 0, "0" * 16, attached=(0,), missing=missing)
    shown = result_buttons(job(operation), clips(kind, operation, *parts), post, CATALOGUE)
    rows = rows_of(shown)
    assert len(rows) <= 2
    for row in rows:
        if row[0]["type"] == 2:
            assert sum(PADDING + GAP + LETTER * len(one["label"]) for one in row) - GAP <= ROOM
        else:
            assert len(row) == 1
            assert 1 <= len(row[0]["options"]) <= 25
            assert all(len(option["label"]) <= 100 for option in row[0]["options"])


def test_a_menu_names_take_act_and_price_and_two_takes_have_a_button_each() -> None:
    entries, buttons = labels_of(
        result_buttons(job("suno.create"), clips("song", "suno.create", *TAKES), POST, CATALOGUE)
    )
    assert entries[:3] == [
        "Take 1 · Stems, 2 tracks · 10 credits",
        "Take 1 · All stems · 50 credits",
        "Take 1 · WAV · free",
    ]
    assert "Take 2 · Persona · 1 credit" in entries
    assert entries[-4:] == ["Again · 10 credits", "Again, changed", "Remove", "Job #7"]
    assert buttons == ["Stems 1 · 10 cr", "Stems 2 · 10 cr", "♥"]


def test_more_takes_than_the_api_makes_leave_room_for_what_concerns_the_job() -> None:
    takes = clips("song", "suno.extend", *(f"take {number}" for number in range(1, 9)))
    takes = [replace(take, lyrics=f"words {take.position}") for take in takes]
    entries, _ = labels_of(result_buttons(job("suno.extend"), takes, POST, CATALOGUE))
    assert len(entries) <= 25
    assert entries[-1] == "Job #7"


def test_each_stem_can_be_had_as_a_wav() -> None:
    entries, _ = labels_of(
        result_buttons(
            job("suno.stems_basic"),
            clips("stem", "suno.stems_basic", "Vocals", "Instrumental"),
            POST,
            CATALOGUE,
        )
    )
    assert entries[:2] == ["WAV: Vocals · free", "WAV: Instrumental · free"]


def test_what_fits_one_row_needs_no_menu() -> None:
    view = result_buttons(job("suno.persona"), clips("persona", "suno.persona", ""), POST, CATALOGUE)
    assert labels_of(view) == ([], ["Sing · 10 credits", "Remove", "Job #7"])


def test_the_mark_of_a_message_is_in_an_id_with_a_menu_and_without() -> None:
    for kind, operation in (("song", "suno.create"), ("persona", "suno.persona")):
        rows = rows_of(result_buttons(job(operation), clips(kind, operation, *TAKES), POST, CATALOGUE))
        assert sum(POST.nonce in one["custom_id"] for row in rows for one in row) == 1


def test_a_result_that_the_api_lists_twice_is_offered_once() -> None:
    twice = [clips("song", "suno.create", "take 1")[0]] * 2
    shown = rows_of(result_buttons(job("suno.create"), twice, POST, CATALOGUE))
    values = [option["value"] for option in shown[0][0]["options"]]
    assert len(values) == len(set(values))


def test_what_no_menu_holds_keeps_its_place_in_the_row() -> None:
    liked = Control("♥", "like", "7", in_menu=False)
    steps = [
        Control(f"Step {n} · 10 credits", "suno.cover", f"c{n}", f"Step {n} · 10 cr", BLUE) for n in range(4)
    ]
    entries, buttons = labels_of(controls([*steps, liked], "7"))
    assert entries == [step.label for step in steps]
    assert buttons == ["Step 0 · 10 cr", "Step 1 · 10 cr", "♥"]


def test_a_clip_shows_all_that_can_be_done_with_it() -> None:
    [song] = clips("song", "suno.create", "take 1")
    entries, buttons = labels_of(clip_buttons(song, CATALOGUE))
    assert [entry.partition(" · ")[0] for entry in entries] == [
        "Stems, 2 tracks", "All stems", "WAV", "Extend", "Cover", "Persona",
    ]  # fmt: skip
    assert buttons == ["Stems · 10 cr", "All stems · 50 cr", "♥"]
