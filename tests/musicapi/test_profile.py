"""Profiles: what drifts is data."""

import tomllib
from importlib import resources
from typing import Any

import pytest

import musicapi
from musicapi import profile_files as profiles
from musicapi.requests.bodies import OPERATIONS
from tests.musicapi import shapes_of

# Credits a call and the path below the provider's prefix, as the pages of each era say.
SUNO = {
    "suno.create": (10, 14, "create"), "suno.custom": (10, 14, "create"), "suno.extend": (10, 10, "create"),
    "suno.concat": (2, 2, "create"), "suno.cover": (10, 14, "create"), "suno.sing": (10, 10, "create"),
    "suno.persona": (1, 1, "persona"), "suno.upload": (2, 2, "upload"), "suno.lyrics": (2, 2, "lyrics"),
    "suno.stems_basic": (10, 20, "stems/basic"), "suno.stems_full": (50, 50, "stems/full"),
    "suno.wav": (0, 1, "wav"),
}  # fmt: skip
OTHERS = {
    "riffusion.lyrics": (10, 10, "create"), "riffusion.describe": (10, 10, "create"),
    "riffusion.cover": (10, 10, "create"), "riffusion.extend": (10, 10, "create"),
    "riffusion.replace": (10, 10, "create"), "riffusion.sound": (10, 10, "create"),
    "riffusion.vocals": (10, 10, "create"), "riffusion.upload": (2, 2, "upload"),
    "nuro.song": (10, 10, "create"), "nuro.instrumental": (10, 10, "create"),
}  # fmt: skip
EXPECTED = {**SUNO, **OTHERS}
PREFIXES = {
    "classic": {"suno": "suno", "riffusion": "riffusion", "nuro": "nuro"},
    "renamed": {"suno": "sonic", "riffusion": "producer", "nuro": "nuro"},
}
MAKES = {
    "suno.persona": "persona", "suno.lyrics": "lyrics", "suno.upload": "upload", "riffusion.upload": "upload",
    "suno.stems_basic": "stem", "suno.stems_full": "stem", "suno.wav": "wav",
}  # fmt: skip


def data_of(name: str) -> dict[str, Any]:
    text = (resources.files("musicapi") / "profiles" / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def test_both_families_come_with_the_package() -> None:
    assert musicapi.profile_names() == ("classic", "renamed")


def test_an_unknown_profile_is_told_with_those_there_are() -> None:
    for name in ("late", "", "../profiles/classic", "classic.toml"):
        with pytest.raises(ValueError, match=r"there are: classic, renamed"):
            musicapi.load_profile(name)


def test_the_first_model_of_a_provider_is_its_default(profile: musicapi.Profile) -> None:
    family = {"classic": ("chirp-v4-5", "FUZZ-1.1 Pro"), "renamed": ("sonic-v4-5", "FUZZ-2.0")}[profile.name]
    assert (profile.default_model("suno"), profile.default_model("riffusion")) == family
    assert profile.default_model("nuro") == ""


def test_names_of_models_are_distinct(profile: musicapi.Profile) -> None:
    for models in profile.models.values():
        assert len({model.name for model in models}) == len(models)
        assert all(model.name for model in models)


def test_every_operation_has_terms_and_every_terms_an_operation(profile: musicapi.Profile) -> None:
    assert set(profile.operations) == set(OPERATIONS) == set(EXPECTED)


def test_terms_make_sense(profile: musicapi.Profile) -> None:
    for operation, terms in profile.operations.items():
        assert operation.startswith(f"{terms.provider}.")
        assert terms.provider in profile.tasks
        assert terms.price >= 0
        assert terms.clips >= 1
        assert 0 < terms.poll_every <= terms.usually < terms.deadline
        choices = {model.model_id for model in profile.models.get(terms.provider, ())}
        assert set(terms.price_by_model) <= choices


def test_prices(profile: musicapi.Profile) -> None:
    column = ("classic", "renamed").index(profile.name)
    assert {name: profile.price(name, {}) for name in profile.operations} == {
        name: row[column] for name, row in EXPECTED.items()
    }


def test_paths(profile: musicapi.Profile) -> None:
    prefixes = PREFIXES[profile.name]
    assert {name: terms.path for name, terms in profile.operations.items()} == {
        name: f"/{prefixes[name.partition('.')[0]]}/{row[2]}" for name, row in EXPECTED.items()
    }
    assert profile.tasks == {name: f"/{prefix}/task/{{task_id}}" for name, prefix in prefixes.items()}
    assert profile.base_url.startswith("https://")
    assert profile.base_url.endswith("/api/v1")


def test_what_each_operation_makes(profile: musicapi.Profile) -> None:
    assert {name: terms.makes for name, terms in profile.operations.items()} == {
        name: MAKES.get(name, "song") for name in EXPECTED
    }


def test_nuro_is_retired_in_the_renamed_family_alone(profile: musicapi.Profile) -> None:
    retired = {name for name, terms in profile.operations.items() if terms.retired}
    assert retired == ({"nuro.song", "nuro.instrumental"} if profile.name == "renamed" else set())
    for operation in retired:
        with pytest.raises(musicapi.NoLongerOffered, match="no longer offered") as caught:
            musicapi.build(operation, {}, profile)
        assert caught.value.field == "operation"


def test_limits_are_the_operations_else_the_models_else_the_profiles(profile: musicapi.Profile) -> None:
    data = data_of(profile.name)
    model = profile.default_model("suno")
    assert profile.limit("lyrics", operation="suno.custom") == 5000
    assert profile.limit("lyrics", operation="suno.custom", model="a model of another year") == 3000
    assert profile.limit("description", operation="suno.create") == 400
    assert profile.limit("description", operation="suno.lyrics") == 120
    data["operations"]["suno.custom"]["limits"] = {"lyrics": 9}
    changed = profiles.profile_of("changed", data)
    assert changed.limit("lyrics", operation="suno.custom", model=model) == 9
    assert changed.limit("lyrics", operation="suno.cover", model=model) == 5000
    with pytest.raises(KeyError):
        profile.limit("shoe size", operation="suno.custom")


def test_ranges_are_the_versions_else_the_operations_else_the_profiles() -> None:
    classic = musicapi.load_profile("classic")
    assert classic.range("style_weight", operation="suno.custom") == (0.0, 1.0)
    assert classic.range("duration", operation="nuro.song") == (30.0, 240.0)
    assert classic.range("duration", operation="nuro.instrumental") == (1.0, 120.0)
    assert classic.range("duration", operation="nuro.instrumental", version="v1.0") == (1.0, 60.0)
    assert classic.range("duration", operation="nuro.instrumental", version="v2.0") == (30.0, 120.0)
    assert classic.range("continue_at", operation="suno.extend") is None


def test_the_lists_of_nuro_are_those_of_its_pages() -> None:
    classic = musicapi.load_profile("classic")
    for operation, lists in shapes_of.NURO_LISTS.items():
        for name, values in lists.items():
            assert list(classic.options(operation, name).values()) == values
    assert classic.options("nuro.song", "timbre")["Sweet"] == "Sweet_AUDIO_TIMBRE"
    assert classic.options("nuro.song", "lyrics") == {}


def test_older_models_are_cheaper_in_the_renamed_family() -> None:
    renamed = musicapi.load_profile("renamed")
    assert renamed.price("suno.custom", {"model": "sonic-v4"}) == 10
    assert renamed.price("suno.custom", {"model": "sonic-v3-5"}) == 10
    assert renamed.price("suno.custom", {"model": "sonic-v5"}) == 14
    assert renamed.price("suno.create", {"model": "sonic-v4"}) == 14


def test_a_new_model_and_its_terms_need_no_code(profile: musicapi.Profile) -> None:
    data = data_of(profile.name)
    data["models"]["suno"]["hum-1"] = {"name": "Hum", "lyrics": 7, "style": 3, "vocal_gender": True}
    data["operations"]["suno.custom"]["price_by_model"] = {"hum-1": 99}
    data["operations"]["suno.custom"]["extra_body"] = {"tempo": {"bpm": 90}}
    data["operations"]["suno.wav"]["price"] = 3
    data["limits"]["description"] = 5
    data["limits"]["title"] = 4
    changed = profiles.profile_of("changed", data)
    params = {"model": "hum-1", "vocal_gender": "m", "lyrics": "x" * 7, "style": "x" * 3, "title": "x" * 4}
    body = musicapi.build("suno.custom", params, changed)
    assert body["mv"] == "hum-1"
    assert body["tempo"] == {"bpm": 90}
    assert changed.price("suno.custom", params) == 99
    assert changed.price("suno.custom", {}) == profile.price("suno.custom", {})
    assert changed.price("suno.wav", {}) == 3
    too_long = [
        ("suno.custom", {**params, "lyrics": "x" * 8}),
        ("suno.custom", {**params, "style": "x" * 4}),
        ("suno.custom", {**params, "title": "x" * 5}),
        ("suno.create", {"description": "x" * 6}),
    ]
    for operation, wrong in too_long:
        with pytest.raises(musicapi.InvalidInput, match="has"):
            musicapi.build(operation, wrong, changed)
    assert "Hum" in [model.name for model in changed.models["suno"]]


def test_how_many_words_of_a_list_may_be_chosen_is_data() -> None:
    data = data_of("classic")
    data["operations"]["nuro.instrumental"]["ranges"]["entries"] = [0, 1]
    changed = profiles.profile_of("changed", data)
    with pytest.raises(musicapi.InvalidInput, match="takes up to 1 entries"):
        musicapi.build("nuro.instrumental", {"description": "x", "genre": "rock, pop"}, changed)


def test_a_new_default_is_what_is_sent_and_paid(profile: musicapi.Profile) -> None:
    data = data_of(profile.name)
    data["models"]["suno"] = {"hum-1": {"name": "Hum", "lyrics": 7}, **data["models"]["suno"]}
    data["operations"]["suno.custom"]["price_by_model"] = {"hum-1": 99}
    changed = profiles.profile_of("changed", data)
    assert musicapi.build("suno.custom", {"lyrics": "la"}, changed)["mv"] == "hum-1"
    for params in ({}, {"model": ""}, {"model": None}):
        assert changed.price("suno.custom", params) == 99
    with pytest.raises(musicapi.InvalidInput, match="7"):
        musicapi.build("suno.custom", {"lyrics": "x" * 8}, changed)


def test_a_retired_model_is_refused_without_code(profile: musicapi.Profile) -> None:
    data = data_of(profile.name)
    choices = data["models"]["suno"]
    gone = next(model for model in choices if model != profile.default_model("suno"))
    musicapi.build("suno.create", {"description": "x", "model": gone}, profile)
    del choices[gone]
    with pytest.raises(musicapi.InvalidInput, match="offers"):
        musicapi.build(
            "suno.create", {"description": "x", "model": gone}, profiles.profile_of("changed", data)
        )


def test_models_have_names_for_members(profile: musicapi.Profile) -> None:
    assert profile.model_name(profile.default_model("suno")) == "v4.5"
    assert profile.model_name("chirp-v99") == "chirp-v99"
    assert profile.model_name("") == ""


def test_a_misspelt_term_is_an_error(profile: musicapi.Profile) -> None:
    data = data_of(profile.name)
    data["operations"]["suno.wav"]["prize"] = 3
    with pytest.raises(TypeError, match="prize"):
        profiles.profile_of("changed", data)


def test_webhooks_are_asked_for_where_the_pages_name_them(profile: musicapi.Profile) -> None:
    named = {"suno", "nuro"} | ({"riffusion"} if profile.name == "renamed" else set())
    for operation, terms in profile.operations.items():
        creates = (
            EXPECTED[operation][2] == "create" and operation != "suno.concat"
        )  # which takes no other field
        assert terms.webhook is (creates and terms.provider in named), operation
