"""What a member can read off the bot's messages: which job, and what is said of it."""

import re
from enum import Enum

from tests.fakes.discord import Message
from tests.fakes.discord.rules.components import BUTTON, MENU, walk

_NUMBER = re.compile(r"\bjob #(\d+)", re.IGNORECASE)
_RESULT = re.compile(r"encore(?::job|-menu):(\d+):[0-9a-f]+")
_ENDED = re.compile(r"\*\*.+?\*\* · job #(\d+) · ")
_LOST = re.compile(r"does not give out the files? of (.+?)\.")
_MISSING = ("never came", "could not make", "does not give out")
_PART = re.compile(r"^\*\*(.+?)\*\*", re.MULTILINE)


class Kind(Enum):
    """What a message of the bot is about."""

    CARD = "card"
    RESULTS = "results"
    FAILED = "failed"
    HELD = "held"
    CANCELLED = "cancelled"
    OTHER = "other"


def buttons(message: Message) -> dict[str, str]:
    """The labels of a message's buttons by their custom ids."""
    found = (component for _, component in walk(message.components) if component["type"] == BUTTON)
    return {str(one.get("custom_id")): str(one.get("label")) for one in found}


def custom_ids(message: Message) -> list[str]:
    """The ids of a message's buttons and menus."""
    return [str(component.get("custom_id")) for _, component in walk(message.components)]


def control(message: Message, act: str) -> str | None:
    """The button or entry that does something, by its id or value, if the message has one."""
    starts = (f"encore:{act}:", f"{act}:")
    return next((name for name in (*buttons(message), *entries(message)) if name.startswith(starts)), None)


def entries(message: Message) -> list[str]:
    """The values that the menus of a message offer."""
    menus = [component for _, component in walk(message.components) if component["type"] == MENU]
    return [str(option["value"]) for menu in menus for option in menu["options"]]


def read(message: Message) -> tuple[Kind, int]:
    """What a message is, and the number of its job; 0 where it is about none."""
    if "was cancelled by" in message.content:
        return Kind.CANCELLED, _number(message.content)
    title = message.embeds[0].get("title", "") if message.embeds else ""
    marked = next(filter(None, map(_RESULT.fullmatch, custom_ids(message))), None)
    if marked is None:
        # The card of a job that has ended is one line without a title.
        ended = _ENDED.match(words(message))
        number = _number(title) or (int(ended[1]) if ended else 0)
        return (Kind.CARD, number) if number else (Kind.OTHER, 0)
    number = int(marked[1])
    if not _NUMBER.search(title):
        return Kind.RESULTS, number
    return (Kind.HELD if control(message, "retry") else Kind.FAILED), number


def words(message: Message) -> str:
    """The text of a message's card."""
    return str(message.embeds[0].get("description", "")) if message.embeds else ""


def parts(message: Message) -> list[str]:
    """The results that a delivery names, such as `take 1` or `Drums`; a WAV has no part."""
    found = _PART.findall(words(message)) or [""] * bool(message.attachments)
    lost = _LOST.search(words(message))
    return [part for part in found if lost is None or part not in lost[1].split(", ")]


def names_what_is_missing(message: Message) -> bool:
    """Whether a delivery says that something has not come, and promises nothing."""
    return any(word in words(message) for word in _MISSING)


def _number(text: str) -> int:
    found = _NUMBER.search(text)
    return int(found[1]) if found else 0
