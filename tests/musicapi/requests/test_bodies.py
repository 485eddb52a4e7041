"""From our parameters to the API's bodies."""

from typing import Any

import pytest

import musicapi
from musicapi.requests.bodies import OPERATIONS

CLIP = "b81d5e07-62fa-4c39-9e14-70d3ac5f2b68"
FAMILY = {"classic": "chirp", "renamed": "sonic"}
# What the documentation says of each model, in characters.
LYRICS = {"v5": 5000, "v4-5-plus": 5000, "v4-5": 5000, "v4": 3000, "v3-5": 3000}
STYLE = {"v5": 1000, "v4-5-plus": 1000, "v4-5": 1000, "v4": 200, "v3-5": 200}


def named(profile: musicapi.Profile, generation: str) -> str:
    return f"{FAMILY[profile.name]}-{generation}"


def refusal(operation: str, params: dict[str, Any], profile: musicapi.Profile) -> musicapi.InvalidInput:
    with pytest.raises(musicapi.InvalidInput) as caught:
        musicapi.build(operation, params, profile)
    return caught.value


def test_blanks_around_a_text_are_not_sent_and_what_was_asked_for_stays_as_it_is(
    profile: musicapi.Profile,
) -> None:
    params = {"title": " Night Bus ", "style": "city pop ", "lyrics": "\n[Verse]\nLast bus "}
    asked = dict(params)
    body = musicapi.build("suno.custom", params, profile)
    assert (body["title"], body["tags"], body["prompt"]) == ("Night Bus", "city pop", "[Verse]\nLast bus")
    assert (
        musicapi.build("suno.create", {"description": " a bus\n"}, profile)["gpt_description_prompt"]
        == "a bus"
    )
    assert params == asked


def test_title_and_style_may_be_left_out(profile: musicapi.Profile) -> None:
    body = musicapi.build("suno.custom", {"lyrics": "la", "title": "", "style": None}, profile)
    assert {"title", "tags"}.isdisjoint(body)
    assert body["prompt"] == "la"


@pytest.mark.parametrize("lyrics", ["", None, "la la"])
def test_an_instrumental_sings_nothing(profile: musicapi.Profile, lyrics: str | None) -> None:
    body = musicapi.build("suno.custom", {"lyrics": lyrics, "instrumental": True, "style": "dub"}, profile)
    assert "prompt" not in body
    assert body["make_instrumental"] is True
    assert body["tags"] == "dub"


@pytest.mark.parametrize("operation", ["suno.stems_basic", "suno.stems_full", "suno.wav"])
def test_what_needs_only_a_clip(profile: musicapi.Profile, operation: str) -> None:
    assert musicapi.build(operation, {"clip_id": f"  {CLIP.upper()}\n"}, profile) == {"clip_id": CLIP}


@pytest.mark.parametrize(
    "clip_id",
    [
        "",
        "   ",
        None,
        "the last one",
        CLIP[:-1],
        CLIP + "0",
        CLIP.replace("-", ""),
        f"{{{CLIP}}}",
        f"{CLIP}/../../get-credits",
        CLIP.replace("b", "g"),
        CLIP.replace("8", "\u0668"),  # a digit, but not one of ours
        f"{CLIP}\n{CLIP}",
        12,
    ],
)
@pytest.mark.parametrize("operation", ["suno.stems_basic", "suno.stems_full", "suno.wav"])
def test_what_is_no_clip_id(profile: musicapi.Profile, operation: str, clip_id: object) -> None:
    assert refusal(operation, {"clip_id": clip_id}, profile).field == "clip_id"


def test_no_clip_id_at_all(profile: musicapi.Profile) -> None:
    assert refusal("suno.wav", {}, profile).field == "clip_id"


@pytest.mark.parametrize("text", ["", "  \n\t", None])
@pytest.mark.parametrize(("operation", "field"), [("suno.create", "description"), ("suno.custom", "lyrics")])
def test_what_must_not_be_empty(
    profile: musicapi.Profile, operation: str, field: str, text: str | None
) -> None:
    error = refusal(operation, {field: text}, profile)
    assert (error.field, error.reason) == (field, "is empty")
    assert refusal(operation, {}, profile).field == field


@pytest.mark.parametrize(
    ("operation", "field", "limit"), [("suno.create", "description", 400), ("suno.custom", "title", 80)]
)
def test_limits_that_hold_for_every_model(
    profile: musicapi.Profile, operation: str, field: str, limit: int
) -> None:
    others = {"lyrics": "la"} if operation == "suno.custom" else {}
    for letter in ("x", "\u00e9", "\U0001f3b8"):  # characters, not bytes
        musicapi.build(operation, {field: f"  {letter * limit}  ", **others}, profile)
        error = refusal(operation, {field: letter * (limit + 1), **others}, profile)
        assert error.field == field
        assert str(limit) in error.reason
        assert str(limit + 1) in error.reason


@pytest.mark.parametrize("generation", sorted(LYRICS))
@pytest.mark.parametrize(("field", "limits"), [("lyrics", LYRICS), ("style", STYLE)])
def test_limits_by_model(
    profile: musicapi.Profile, field: str, limits: dict[str, int], generation: str
) -> None:
    model, limit = named(profile, generation), limits[generation]
    params = {"lyrics": "la", "model": model}
    musicapi.build("suno.custom", {**params, field: "x" * limit}, profile)
    error = refusal("suno.custom", {**params, field: "x" * (limit + 1)}, profile)
    assert error.field == field
    assert str(limit) in error.reason


def test_without_a_model_the_limits_of_the_default_hold(profile: musicapi.Profile) -> None:
    musicapi.build("suno.custom", {"lyrics": "x" * 5000}, profile)
    assert refusal("suno.custom", {"lyrics": "x" * 5001}, profile).field == "lyrics"


@pytest.mark.parametrize("operation", ["suno.create", "suno.custom"])
@pytest.mark.parametrize("model", ["", None])
def test_no_model_means_the_default(profile: musicapi.Profile, operation: str, model: str | None) -> None:
    params = {"description": "x", "lyrics": "x", "model": model}
    assert musicapi.build(operation, params, profile)["mv"] == profile.default_model("suno")


@pytest.mark.parametrize("operation", ["suno.create", "suno.custom"])
def test_a_model_of_another_family_or_none(profile: musicapi.Profile, operation: str) -> None:
    other = "sonic-v5" if profile.name == "classic" else "chirp-v5"
    for model in (other, "v5", named(profile, "v5").upper(), 5):
        params = {"description": "x", "lyrics": "x", "model": model}
        assert refusal(operation, params, profile).field == "model"


def test_an_operation_that_does_not_exist(profile: musicapi.Profile) -> None:
    with pytest.raises(KeyError):
        musicapi.build("suno.whistle", {}, profile)


def test_the_table_of_operations_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        OPERATIONS["suno.whistle"] = OPERATIONS["suno.wav"]  # type: ignore[index]  # that it cannot is the test
