"""Sentences about the library of a server, likes, removed results, and members' own defaults."""

from collections.abc import Mapping

from cogs.text import labels
from cogs.text.clean import clean, mention
from jobs.models import Job, Preferences, Shelf

COPIES_BEGIN = "From now on your results also come here, as copies. `/defaults set copies: False` ends that."
COPIES_CLOSED = (
    "I cannot send you direct messages, so copies stay off. Allow them for this server (its name → Privacy "
    "Settings → Direct Messages) and set it again."
)
NOTHING_CHOSEN = "Name at least one default to set. `/defaults show` lists yours."
CLEARED = "Your defaults are cleared: every order is now made as you send it."
_NONE = "none"
# What `/songs` can list, by the kind of results, and what it is then called.
SHELVES = {
    "song": "songs",
    "upload": "uploads",
    "stem": "stems",
    "wav": "WAVs",
    "persona": "personas",
    "lyrics": "lyrics",
    "any": "everything",
}
PERIODS = {"week": "the last 7 days", "month": "the last 30 days", "all": "ever"}
TOPS = {
    "week": "Liked most in the last 7 days",
    "month": "Liked most in the last 30 days",
    "all": "Liked most of all",
}
NO_LIKES = "Nobody has liked anything in this time. **♥** under a song does."
WHICH_TAKE = "Which do you like? Press again to take it back."
NOTHING_TO_REMOVE = "There is nothing to remove now: a result can be removed once it has been posted."
REMOVED = "The result of that job was removed. `/jobs repost` brings it back."
REMOVED_BY_MODERATOR = "A moderator removed the result of that job. Only moderators can bring it back."
GONE = "That is no longer there: it was removed, or this server never made it."
LIST_AGAIN = "I no longer know what that list was. Please send the command again."


def shelf_title(shelf: Shelf) -> str:
    what = SHELVES[shelf.kind or "any"]
    return f"Your favourite {what}" if shelf.liked_by else f"{what[0].upper()}{what[1:]} of this server"


def narrowed(shelf: Shelf) -> str:
    """Say what a list was narrowed down to; empty for nothing."""
    said = [f"with “{clean(shelf.text, 100)}”"] if shelf.text else []
    said += [f"by {mention(shelf.member)}"] if shelf.member else []
    return " ".join(["Only", *said]) if said else ""


def nothing_found(shelf: Shelf) -> str:
    if shelf.text or shelf.member or shelf.liked_by:
        return "Nothing fits. Leave an option out, or choose `kind: everything`."
    return "Nothing here yet. `/suno create` makes the first song."


def remove(job: Job) -> str:
    return (
        f"Remove the result of job #{job.id} ({labels.name(job)})? Its messages are deleted, and others find "
        "it in no list any more. What it cost stays spent; `/jobs repost` brings it back."
    )


def removing(job: Job) -> str:
    return f"Removing the result of job #{job.id} …"


def removed(job: Job, left: int) -> str:
    """Say what became of it; `left` messages could not be deleted."""
    said = f"The result of job #{job.id} is removed. `/jobs repost` brings it back."
    if not left:
        return said
    messages = "1 message" if left == 1 else f"{left} messages"
    return f"{said} I could not delete {messages}: delete what you still see, or remove it again later."


def page(number: int) -> str:
    return f"Page {number + 1}"


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
    "server. /defaults set changes them, /defaults clear forgets them."
)
