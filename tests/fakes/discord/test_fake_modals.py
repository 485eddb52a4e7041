"""What Discord refuses in a modal or an autocomplete answer, by the path of the wrong field."""

from typing import Any

import pytest

from tests.fakes.discord.errors import DiscordError
from tests.fakes.discord.rules.modals import check_choices, check_modal

TEXT = {"type": 4, "custom_id": "words", "label": "Words", "style": 1}
ROW = {"type": 1, "components": [TEXT]}
MENU = {"type": 3, "custom_id": "mood", "options": [{"label": "a", "value": "a"}]}
LABEL = {"type": 18, "label": "Mood", "component": MENU}


def row(**change: object) -> dict[str, Any]:
    return {"components": [{"type": 1, "components": [TEXT | change]}]}


def label(**change: object) -> dict[str, Any]:
    return {"components": [LABEL | change]}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"title": ""}, "title"),
    ({"title": "x" * 46}, "title"),
    ({"custom_id": ""}, "custom_id"),
    ({"custom_id": "x" * 101}, "custom_id"),
    ({"components": []}, "components"),
    ({"components": [{"type": 10, "content": "x"}] * 6}, "components"),
    ({"components": [TEXT]}, "components.0.type"),
    (
        {"components": [{"type": 1, "components": [TEXT, TEXT | {"custom_id": "b"}]}]},
        "components.0.components",
    ),
    ({"components": [{"type": 1, "components": [MENU | {"label": "x"}]}]}, "components.0.components.0.type"),
    ({"components": [ROW, ROW]}, "components.1.components.0.custom_id"),
    (row(label=None), "components.0.components.0.label"),
    (row(label="x" * 46), "components.0.components.0.label"),
    (row(custom_id=None), "components.0.components.0.custom_id"),
    (row(style=3), "components.0.components.0.style"),
    (row(placeholder="x" * 101), "components.0.components.0.placeholder"),
    (row(value="x" * 4001), "components.0.components.0.value"),
    (row(min_length=5, max_length=4), "components.0.components.0.max_length"),
    (row(max_length=4001), "components.0.components.0.max_length"),
    (row(min_length=-1), "components.0.components.0.max_length"),
    (label(label=""), "components.0.label"),
    (label(label="x" * 46), "components.0.label"),
    (label(description="x" * 101), "components.0.description"),
    (label(component={"type": 2}), "components.0.component.type"),
    (label(component=MENU | {"options": []}), "components.0.component.options"),
]


@pytest.mark.parametrize(("change", "path"), WRONG)
def test_a_wrong_modal_is_refused(*, change: dict[str, Any], path: str) -> None:
    with pytest.raises(DiscordError) as caught:
        check_modal({"title": "Lyrics", "custom_id": "lyrics", "components": [ROW, LABEL]} | change)
    assert (caught.value.status, caught.value.code) == (400, 50035)
    errors = caught.value.errors or {}
    for key in ("data", *path.split("."), "_errors"):
        assert list(errors) == [key]
        errors = errors[key] if key != "_errors" else errors


def test_a_good_modal_is_taken() -> None:
    check_modal(
        {"title": "x" * 45, "custom_id": "m", "components": [ROW, LABEL, {"type": 10, "content": "x"}]}
    )


@pytest.mark.parametrize(
    "choices",
    [
        None,
        [{"name": "x", "value": "v"}] * 26,
        [{"name": "", "value": "v"}],
        [{"name": "x" * 101, "value": "v"}],
        [{"name": "x", "value": "v" * 101}],
        [{"name": "x", "value": None}],
        [{"name": "x", "value": True}],
    ],
)
def test_wrong_choices_are_refused(choices: object) -> None:
    with pytest.raises(DiscordError):
        check_choices({"choices": choices})


def test_good_choices_are_taken() -> None:
    check_choices({"choices": [{"name": "x", "value": value} for value in ("v", 1, 1.5)]})
