"""Sentences about the library of a server, likes, removed results, and members' own defaults."""

from collections.abc import Mapping

from cogs.text import labels
from cogs.text.clean import clean
from jobs.models import Preferences

COPIES_BEGIN = "From now on your results also come here, as copies. `/defaults set copies: False` ends that."
COPIES_CLOSED = (
    "I cannot send you direct messages, so copies stay off. Allow them for this server (its name → Privacy "
    "Settings → Direct Messages) and set it again."
)
NOTHING_CHOSEN = "Name at least one default to set. `/defaults show` lists yours."
CLEARED = "Your defaults are cleared: every order is now made as you send it."
_NONE = "none"


def copies_ended(job_id: int) -> str:
    return (
        f"I could not send you a copy of job #{job_id}: you take no direct messages from me. Its result is "
        "where it was asked for. Copies are off now; `/defaults set copies: True` switches them on again."
    )


def defaults(wishes: Preferences, models: Mapping[str, str]) -> str:
    """What a member has chosen; `models` are the names of theirs by provider, empty for none."""
    lines = [
        f"**{labels.provider(name)} model:** {clean(model, 60) or _NONE}" for name, model in models.items()
    ]
    lines.append(f"**Style:** {clean(wishes.style, 300) or _NONE}")
    lines.append(f"**Copies by direct message:** {'on' if wishes.copies else 'off'}")
    return "\n".join(lines)


DEFAULTS_EXPLAINED = (
    "A model is used where an order names none, the style is added to every new song. They hold in every "
    "server; `/defaults set` changes and `/defaults clear` forgets them."
)
