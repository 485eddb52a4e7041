"""Limits of modals and of autocomplete answers (docs: interactions/receiving-and-responding)."""

from tests.fakes.discord.model import JsonObject
from tests.fakes.discord.problems import Problems
from tests.fakes.discord.rules import components as parts

MOST_CHOICES = 25
_TOP = (parts.ROW, parts.TEXT_DISPLAY, parts.LABEL)
_IN_LABEL = (
    parts.TEXT_INPUT,
    *parts.SELECTS,
    parts.FILE_UPLOAD,
    parts.RADIO_GROUP,
    parts.CHECKBOX_GROUP,
    parts.CHECKBOX,
)


def check_modal(modal: JsonObject) -> None:
    """Refuse a modal that breaks a limit.

    Raises:
        DiscordError: 400 with code 50035.
    """
    problems = Problems()
    problems.length("data.custom_id", modal.get("custom_id") or "", least=1, most=100)
    problems.length("data.title", modal.get("title") or "", least=1, most=45)
    top = modal.get("components") or []
    problems.length("data.components", top, least=1, most=5)
    found = list(parts.walk(top, "data.components"))
    for index, component in enumerate(top):
        _check_top(component, f"data.components.{index}", problems)
    for path, component in found:
        if component.get("type") == parts.TEXT_INPUT:
            _check_text_input(component, path, problems)
        elif component.get("type") in parts.SELECTS:
            parts.check_select(component, path, problems)
    parts.check_custom_ids(found, problems)
    problems.raise_if_any()


def _check_top(component: JsonObject, path: str, problems: Problems) -> None:
    if not problems.choice(f"{path}.type", component.get("type"), among=_TOP):
        return
    if component["type"] == parts.LABEL:
        problems.length(f"{path}.label", component.get("label") or "", least=1, most=45)
        problems.length(f"{path}.description", component.get("description"), most=100)
        inner = component.get("component") or {}
        problems.choice(f"{path}.component.type", inner.get("type"), among=_IN_LABEL)
    elif component["type"] == parts.ROW:
        problems.length(f"{path}.components", component.get("components") or [], least=1, most=1)
        for child in component.get("components") or []:
            problems.choice(f"{path}.components.0.type", child.get("type"), among=(parts.TEXT_INPUT,))
            problems.length(f"{path}.components.0.label", child.get("label") or "", least=1, most=45)


def _check_text_input(field: JsonObject, path: str, problems: Problems) -> None:
    problems.require(f"{path}.custom_id", field.get("custom_id"))
    problems.choice(f"{path}.style", field.get("style"), among=(1, 2))
    problems.length(f"{path}.placeholder", field.get("placeholder"), most=100)
    problems.length(f"{path}.value", field.get("value"), most=4000)
    least, most = field.get("min_length") or 0, field.get("max_length") or 4000
    if not 0 <= least <= most <= 4000:
        problems.add(
            f"{path}.max_length",
            "NUMBER_TYPE_MAX",
            message="min_length and max_length must rise within 0 and 4000.",
        )


def check_choices(data: JsonObject) -> None:
    """Refuse an autocomplete answer that breaks a limit.

    Raises:
        DiscordError: 400 with code 50035.
    """
    problems = Problems()
    choices = data.get("choices")
    if problems.of_type("data.choices", choices, kind=list):
        problems.length("data.choices", choices, most=MOST_CHOICES)
        for index, choice in enumerate(choices or []):
            check_choice(choice, f"data.choices.{index}", problems)
    problems.raise_if_any()


def check_choice(choice: JsonObject, path: str, problems: Problems) -> None:
    """Note what Discord would refuse in one choice of an option."""
    problems.length(f"{path}.name", choice.get("name") or "", least=1, most=100)
    if isinstance(choice.get("value"), str):
        problems.length(f"{path}.value", choice["value"], least=1, most=100)
    else:
        problems.of_type(f"{path}.value", choice.get("value"), kind=(int, float))
