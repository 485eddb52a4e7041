"""Limits of message components, old rows and components v2 alike (docs: components/reference)."""

from collections.abc import Iterator

from tests.fakes.discord.model import JsonObject
from tests.fakes.discord.problems import Problems

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS = (STRING_SELECT, 5, 6, 7, 8)
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 18, 19, 21, 22, 23
LINK_BUTTON, PREMIUM_BUTTON = 5, 6

_V2_TOP = (ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR, CONTAINER)
_IN_ROW = (BUTTON, *SELECTS)
_MOST_IN_V2 = 40
_MOST_TEXT_IN_V2 = 4000


def walk(components: list[JsonObject], path: str = "components") -> Iterator[tuple[str, JsonObject]]:
    """Yield each component with its path, parents first, in the order in which Discord numbers them."""
    for index, component in enumerate(components):
        here = f"{path}.{index}"
        yield here, component
        yield from walk(component.get("components") or [], f"{here}.components")
        for single in ("accessory", "component"):
            if component.get(single):
                yield f"{here}.{single}", component[single]


def check_components(components: list[JsonObject], problems: Problems, *, is_v2: bool) -> None:
    """Note what Discord would refuse in a message's components."""
    found = list(walk(components))
    if is_v2:
        if len(found) > _MOST_IN_V2:
            problems.add(
                "components",
                "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
                message=f"The total number of components cannot exceed {_MOST_IN_V2}",
            )
        text = sum(len(c.get("content") or "") for _, c in found if c.get("type") == TEXT_DISPLAY)
        if text > _MOST_TEXT_IN_V2:
            problems.add(
                "components",
                "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
                message=f"The displayable text cannot exceed {_MOST_TEXT_IN_V2}",
            )
    else:
        problems.length("components", components, most=5)
    for index, component in enumerate(components):
        problems.choice(f"components.{index}.type", component.get("type"), among=_V2_TOP if is_v2 else (ROW,))
    for path, component in found:
        _check_component(component, path, problems)
    check_custom_ids(found, problems)


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


def check_select(select: JsonObject, path: str, problems: Problems) -> None:
    """Note what Discord would refuse in a select menu, in a message or in a modal."""
    problems.require(f"{path}.custom_id", select.get("custom_id"))
    problems.length(f"{path}.placeholder", select.get("placeholder"), most=150)
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if not 0 <= least <= most <= 25:
        problems.add(
            f"{path}.max_values",
            "NUMBER_TYPE_MAX",
            message="min_values and max_values must rise within 0 and 25.",
        )
    if select["type"] != STRING_SELECT:
        return
    options = select.get("options") or []
    problems.length(f"{path}.options", options, least=1, most=25)
    values = [option.get("value") for option in options]
    for index, option in enumerate(options):
        problems.length(f"{path}.options.{index}.label", option.get("label") or "", least=1, most=100)
        problems.length(f"{path}.options.{index}.value", option.get("value") or "", least=1, most=100)
        problems.length(f"{path}.options.{index}.description", option.get("description"), most=100)
        if values.index(option.get("value")) != index:
            problems.add(
                f"{path}.options.{index}.value",
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                message="The specified option value is already used",
            )


def _check_component(component: JsonObject, path: str, problems: Problems) -> None:
    kind = component.get("type")
    if kind == ROW:
        _check_row(component, path, problems)
    elif kind == BUTTON:
        _check_button(component, path, problems)
    elif kind in SELECTS:
        check_select(component, path, problems)
    elif kind == TEXT_DISPLAY:
        problems.length(f"{path}.content", component.get("content") or "", least=1, most=4000)
    elif kind == SECTION:
        problems.length(f"{path}.components", component.get("components") or [], least=1, most=3)
        problems.require(f"{path}.accessory", component.get("accessory"))
    elif kind == GALLERY:
        problems.length(f"{path}.items", component.get("items") or [], least=1, most=10)
    elif kind not in (THUMBNAIL, FILE, SEPARATOR, CONTAINER):
        problems.choice(f"{path}.type", kind, among=(*_V2_TOP, *_IN_ROW, THUMBNAIL))


def _check_row(row: JsonObject, path: str, problems: Problems) -> None:
    children = row.get("components") or []
    problems.length(f"{path}.components", children, least=1, most=5)
    kinds = [child.get("type") for child in children]
    for index, kind in enumerate(kinds):
        problems.choice(f"{path}.components.{index}.type", kind, among=_IN_ROW)
    if len(kinds) > 1 and any(kind in SELECTS for kind in kinds):
        problems.add(
            f"{path}.components",
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            message="The specified component exceeds the maximum width",
        )


def _check_button(button: JsonObject, path: str, problems: Problems) -> None:
    style = button.get("style")
    if not problems.choice(f"{path}.style", style, among=(1, 2, 3, 4, LINK_BUTTON, PREMIUM_BUTTON)):
        return
    problems.length(f"{path}.label", button.get("label"), most=80)
    if style == PREMIUM_BUTTON:
        problems.require(f"{path}.sku_id", button.get("sku_id"))
        return
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
