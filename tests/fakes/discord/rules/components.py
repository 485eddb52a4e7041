"""Limits of the components that the bot uses: rows of buttons, menus of texts, texts in modals.

Source: docs, components/reference. The other menus, the other fields of modals and components v2 are refused:
the fake has yet to learn them.
"""

from collections.abc import Iterator

from tests.fakes.discord.model import JsonObject
from tests.fakes.discord.problems import Problems

ROW, BUTTON, MENU, TEXT_INPUT, LABEL = 1, 2, 3, 4, 18
LINK_BUTTON = 5


def walk(components: list[JsonObject], path: str = "components") -> Iterator[tuple[str, JsonObject]]:
    """Yield each component with its path, parents first, in the order in which Discord numbers them."""
    for index, component in enumerate(components):
        here = f"{path}.{index}"
        yield here, component
        yield from walk(component.get("components") or [], f"{here}.components")
        if component.get("component"):
            yield f"{here}.component", component["component"]


def check_components(components: list[JsonObject], problems: Problems) -> None:
    """Note what Discord would refuse in a message's components."""
    problems.length("components", components, most=5)
    for index, row in enumerate(components):
        path = f"components.{index}"
        if problems.choice(f"{path}.type", row.get("type"), among=(ROW,)):
            children = row.get("components") or []
            problems.length(f"{path}.components", children, least=1, most=5)
            for place, child in enumerate(children):
                if child.get("type") == MENU and len(children) == 1:
                    _check_menu(child, f"{path}.components.{place}", problems)
                else:
                    _check_button(child, f"{path}.components.{place}", problems)
    check_custom_ids(list(walk(components)), problems)


def check_custom_ids(found: list[tuple[str, JsonObject]], problems: Problems) -> None:
    """Note ids that are too long, empty, or used twice."""
    seen: set[str] = set()
    for path, component in found:
        custom_id = component.get("custom_id")
        if custom_id is None:
            continue
        problems.length(f"{path}.custom_id", custom_id, least=1, most=100)
        if custom_id in seen:
            problems.add(
                f"{path}.custom_id",
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                message="Component custom id cannot be duplicated",
            )
        seen.add(custom_id)


def _check_menu(menu: JsonObject, path: str, problems: Problems) -> None:
    problems.require(f"{path}.custom_id", menu.get("custom_id"))
    problems.length(f"{path}.placeholder", menu.get("placeholder"), most=150)
    options = menu.get("options") or []
    problems.length(f"{path}.options", options, least=1, most=25)
    seen: set[str] = set()
    for index, option in enumerate(options):
        here = f"{path}.options.{index}"
        for name in ("label", "value"):
            if problems.require(f"{here}.{name}", option.get(name)):
                problems.length(f"{here}.{name}", option[name], most=100)
        problems.length(f"{here}.description", option.get("description"), most=100)
        if option.get("value") in seen:
            problems.add(
                f"{here}.value",
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                message="The specified option value is already used",
            )
        seen.add(str(option.get("value")))


def _check_button(button: JsonObject, path: str, problems: Problems) -> None:
    style = button.get("style")
    if not problems.choice(f"{path}.type", button.get("type"), among=(BUTTON,)):
        return
    if not problems.choice(f"{path}.style", style, among=(1, 2, 3, 4, LINK_BUTTON)):
        return
    problems.length(f"{path}.label", button.get("label"), most=80)
    if not button.get("label") and not button.get("emoji"):
        problems.add(path, "BUTTON_COMPONENT_INVALID_LABEL", message="A button needs a label or an emoji")
    wanted, refused = ("url", "custom_id") if style == LINK_BUTTON else ("custom_id", "url")
    problems.require(f"{path}.{wanted}", button.get(wanted))
    if button.get(refused):
        problems.add(
            path,
            "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
            message="A custom id and url cannot both be specified",
        )
    if style == LINK_BUTTON and not str(button.get("url")).startswith(("http://", "https://", "discord://")):
        problems.add(
            f"{path}.url",
            "URL_TYPE_INVALID_SCHEME",
            message="Scheme must be one of ('http', 'https', 'discord').",
        )
