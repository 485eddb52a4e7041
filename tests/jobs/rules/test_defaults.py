"""What a member prefers fills in what an order leaves out, and nothing else."""

from typing import Any

import pytest

from jobs.models import Order, Preferences
from jobs.rules.defaults import with_defaults
from musicapi import load_profile

PROFILE = load_profile("classic")
WISHES = Preferences({"suno": "chirp-v5", "riffusion": "FUZZ-1.0"}, "lo-fi, tape hiss")


def completed(operation: str, wishes: Preferences = WISHES, **params: object) -> dict[str, Any]:
    return dict(with_defaults(Order(operation, params, ""), wishes, PROFILE).params)


@pytest.mark.parametrize(
    ("operation", "model"),
    [
        ("suno.create", "chirp-v5"),
        ("suno.extend", "chirp-v5"),
        ("suno.cover", "chirp-v5"),
        ("riffusion.vocals", "FUZZ-1.0"),
        ("suno.concat", None),
        ("suno.stems_full", None),
        ("suno.lyrics", None),
        ("nuro.song", None),
    ],
)
def test_a_model_is_filled_in_where_one_is_taken(operation: str, model: str | None) -> None:
    assert completed(operation).get("model") == model


def test_a_model_that_is_named_or_no_longer_offered_is_left_alone() -> None:
    assert completed("suno.create", model="chirp-v4")["model"] == "chirp-v4"
    assert "model" not in completed("suno.create", Preferences({"suno": "chirp-v1"}))
    assert "model" not in completed("suno.create", Preferences())


@pytest.mark.parametrize(
    ("operation", "field"), [("suno.custom", "style"), ("suno.sing", "style"), ("riffusion.lyrics", "sound")]
)
def test_a_style_fills_the_field_for_it_and_is_not_mixed_with_another(operation: str, field: str) -> None:
    assert completed(operation)[field] == "lo-fi, tape hiss"
    assert completed(operation, WISHES, **{field: "ska"})[field] == "ska"


@pytest.mark.parametrize("operation", ["suno.create", "riffusion.describe", "nuro.instrumental"])
def test_a_description_gets_the_style_once(operation: str) -> None:
    once = completed(operation, description="a ferry")
    assert once["description"] == "a ferry, lo-fi, tape hiss"
    assert completed(operation, WISHES, **once) == once
    assert completed(operation, description="LO-FI, Tape hiss")["description"] == "LO-FI, Tape hiss"
    assert "description" not in completed(operation)  # nothing was asked for yet


def test_a_style_for_which_there_is_no_room_is_left_out() -> None:
    most = PROFILE.limit("description", operation="suno.create", model="chirp-v5")
    fits = "x" * (most - len(", lo-fi, tape hiss"))
    assert completed("suno.create", description=fits)["description"] == f"{fits}, lo-fi, tape hiss"
    assert completed("suno.create", description=f"{fits}x")["description"] == f"{fits}x"


@pytest.mark.parametrize("operation", ["suno.extend", "suno.cover", "suno.stems_basic", "riffusion.cover"])
def test_what_is_made_from_a_song_keeps_its_style(operation: str) -> None:
    assert not {"style", "sound", "description"} & completed(operation).keys()


def test_the_style_shows_in_the_summary_of_a_description() -> None:
    done = with_defaults(Order("suno.create", {"description": "a ferry"}, "a ferry"), WISHES, PROFILE)
    assert done.summary == "a ferry, lo-fi, tape hiss"
    assert with_defaults(Order("suno.custom", {}, "Ferry"), WISHES, PROFILE).summary == "Ferry"


def test_an_operation_that_is_gone_is_left_to_be_refused() -> None:
    assert completed("suno.gone", a=1) == {"a": 1}
