"""Profiles: what drifts is data."""

import tomllib
from importlib import resources
from typing import Any

import pytest

import musicapi
from musicapi import profile as profiles
from musicapi.operations import OPERATIONS

OPERATION_NAMES = ("suno.create", "suno.custom", "suno.stems_basic", "suno.stems_full", "suno.wav")
# Credits a call, as the price pages of each era say.
PRICES = {
    "classic": dict(zip(OPERATION_NAMES, (10, 10, 10, 50, 0), strict=True)),
    "renamed": dict(zip(OPERATION_NAMES, (14, 14, 20, 50, 1), strict=True)),
}
PATHS = {
    "suno.create": "create", "suno.custom": "create", "suno.stems_basic": "stems/basic",
    "suno.stems_full": "stems/full", "suno.wav": "wav",
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


def test_the_default_model_is_among_the_choices(profile: musicapi.Profile) -> None:
    assert set(profile.default_models) == set(profile.models)
    for provider, models in profile.models.items():
        assert profile.default_models[provider] in [model.model_id for model in models]


def test_names_of_models_are_distinct(profile: musicapi.Profile) -> None:
    for models in profile.models.values():
        assert len({model.name for model in models}) == len(models)
        assert all(model.name for model in models)


def test_every_operation_has_terms_and_every_terms_an_operation(profile: musicapi.Profile) -> None:
    assert set(profile.operations) == set(OPERATIONS)


def test_terms_make_sense(profile: musicapi.Profile) -> None:
    for operation, terms in profile.operations.items():
        assert operation.startswith(f"{terms.provider}.")
        assert terms.provider in profile.tasks
        assert terms.price >= 0
        assert terms.clips >= 1
        assert 0 < terms.look_every <= terms.usually < terms.deadline
        choices = {model.model_id for model in profile.models[terms.provider]}
        assert set(terms.price_by_model) <= choices


def test_prices(profile: musicapi.Profile) -> None:
    assert {name: profile.price(name, {}) for name in profile.operations} == PRICES[profile.name]


def test_paths(profile: musicapi.Profile) -> None:
    prefix = {"classic": "suno", "renamed": "sonic"}[profile.name]
    assert {name: terms.path for name, terms in profile.operations.items()} == {
        name: f"/{prefix}/{path}" for name, path in PATHS.items()
    }
    assert profile.tasks == {"suno": f"/{prefix}/task/{{task_id}}"}
    assert profile.base_url.startswith("https://")
    assert profile.base_url.endswith("/api/v1")


def test_older_models_are_cheaper_in_the_renamed_family() -> None:
    renamed = musicapi.load_profile("renamed")
    assert renamed.price("suno.custom", {"model": "sonic-v4"}) == 10
    assert renamed.price("suno.custom", {"model": "sonic-v3-5"}) == 10
    assert renamed.price("suno.custom", {"model": "sonic-v5"}) == 14
    assert renamed.price("suno.create", {"model": "sonic-v4"}) == 14


def test_a_new_model_and_its_terms_need_no_code(profile: musicapi.Profile) -> None:
    data = data_of(profile.name)
    data["models"]["suno"]["choices"]["hum-1"] = {"name": "Hum", "lyrics": 7, "style": 3}
    data["operations"]["suno.custom"]["price_by_model"] = {"hum-1": 99}
    data["operations"]["suno.custom"]["extra_body"] = {"tempo": {"bpm": 90}}
    data["operations"]["suno.wav"]["price"] = 3
    data["limits"]["description"] = 5
    data["limits"]["title"] = 4
    changed = profiles._profile("changed", data)
    params = {"model": "hum-1", "lyrics": "x" * 7, "style": "x" * 3, "title": "x" * 4}
    body = musicapi.build("suno.custom", params, changed)
    assert body["mv"] == "hum-1"
    assert body["tempo"] == {"bpm": 90}
    assert changed.price("suno.custom", params) == 99
    assert changed.price("suno.custom", {}) == PRICES[profile.name]["suno.custom"]
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


def test_a_new_default_is_what_is_sent_and_paid(profile: musicapi.Profile) -> None:
    data = data_of(profile.name)
    data["models"]["suno"]["choices"]["hum-1"] = {"name": "Hum", "lyrics": 7}
    data["models"]["suno"]["default"] = "hum-1"
    data["operations"]["suno.custom"]["price_by_model"] = {"hum-1": 99}
    changed = profiles._profile("changed", data)
    assert musicapi.build("suno.custom", {"lyrics": "la"}, changed)["mv"] == "hum-1"
    for params in ({}, {"model": ""}, {"model": None}):
        assert changed.price("suno.custom", params) == 99
    with pytest.raises(musicapi.InvalidInput, match="7"):
        musicapi.build("suno.custom", {"lyrics": "x" * 8}, changed)


def test_a_retired_model_is_refused_without_code(profile: musicapi.Profile) -> None:
    data = data_of(profile.name)
    choices = data["models"]["suno"]["choices"]
    gone = next(model for model in choices if model != data["models"]["suno"]["default"])
    musicapi.build("suno.create", {"description": "x", "model": gone}, profile)
    del choices[gone]
    with pytest.raises(musicapi.InvalidInput, match="offers"):
        musicapi.build("suno.create", {"description": "x", "model": gone}, profiles._profile("changed", data))


def test_models_have_names_for_members(profile: musicapi.Profile) -> None:
    assert profile.model_name(profile.default_models["suno"]) == "v4.5"
    assert profile.model_name("chirp-v99") == "chirp-v99"
    assert profile.model_name("") == ""


def test_a_misspelt_term_is_an_error(profile: musicapi.Profile) -> None:
    data = data_of(profile.name)
    data["operations"]["suno.wav"]["prize"] = 3
    with pytest.raises(TypeError, match="prize"):
        profiles._profile("changed", data)
