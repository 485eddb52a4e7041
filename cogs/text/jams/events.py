"""What the scheduled event of a jam says, and what its host reads about it."""

from cogs.text.clean import clean, clean_label
from cogs.text.jams import posts
from jobs.models.jam import Jam

_NAME, _DESCRIPTION = 100, 1000
_NO_RIGHT = "With the right to **Create Events** I would make an event of it here as well."
_NOT_OPEN = "I make no event of it: all members would see that, and I cannot tell that all see this channel."


def made(*, may: bool, seen_by_all: bool) -> str:
    """What the host of a jam that begins later is told about its event."""
    if not may:
        return _NO_RIGHT
    return "It is announced as an event here as well." if seen_by_all else _NOT_OPEN


def name(jam: Jam) -> str:
    return clean_label(f"Jam #{jam.id}: {jam.theme}", _NAME)


def description(jam: Jam) -> str:
    """How to take part; what the host typed is in the message that the event leads to, too."""
    how = "Press **Enter** under its message once it has begun; **Remind me** there pings you before its end."
    if jam.about.in_turn:
        how = "Press **Join** under its message: it begins with whoever has."
    return f"*{clean(jam.theme, posts.THEME)}*\n{how}"[:_DESCRIPTION]


def no_event(jam: Jam) -> str:
    return f"The event of jam #{jam.id} could not be made. The jam itself begins as planned."


def not_kept(jam: Jam) -> str:
    return (
        f"The event of jam #{jam.id} could not be changed, so its times may no longer be right. "
        "The jam itself goes on; its own message has the right ones."
    )
