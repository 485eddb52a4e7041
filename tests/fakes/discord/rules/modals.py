"""Limits of modals and of autocomplete answers (docs: interactions/receiving-and-responding)."""

from tests.fakes.discord.model import JsonObject
from tests.fakes.discord.problems import Problems
from tests.fakes.discord.rules import components as parts

MOST_CHOICES = 25


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
    for index, label in enumerate(top):
        path = f"data.components.{index}"
        if problems.choice(f"{path}.type", label.get("type"), among=(parts.LABEL,)):
            problems.length(f"{path}.label", label.get("label") or "", least=1, most=45)
            problems.length(f"{path}.description", label.get("description"), most=100)
            _check_text_input(label.get("component") or {}, f"{path}.component", problems)
    parts.check_custom_ids(list(parts.walk(top, "data.components")), problems)
    problems.raise_if_any()


def _check_text_input(field: JsonObject, path: str, problems: Problems) -> None:
    if not problems.choice(f"{path}.type", field.get("type"), among=(parts.TEXT_INPUT,)):
        return
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
