"""Why an order was not taken, and what to do: one sentence for each check of the gate."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from cogs.text import key_messages, labels, limit_messages
from cogs.text.clean import clean, timestamp
from jobs.rules.admission import Refusal

_CHANGE = "Change it and send the command again."
_KEPT = "**Change it** opens the form with what you typed."
_PICK = "Pick one from the list that opens while you type."
# The whole has to fit into one message.
_MAX_LISTED = 12


def refusal(error: Refusal, *, kept: bool = False) -> str:
    """Why an order was not taken, and what to do; `kept` says that a button opens its form again."""
    why = _SENTENCES.get(error.code, _input)(error)
    if kept:
        why = f"{why.removesuffix(_CHANGE).rstrip()} {_KEPT}"
    return f"{why} Nothing was charged."


def _permissions(error: Refusal) -> str:
    missing = ", ".join(f"**{name}**" for name in error.names)
    return (
        f"I could not deliver anything here: I am missing {missing} in this channel. "
        "Ask a moderator to allow that, or use another channel."
    )


def _nowhere(_error: Refusal) -> str:
    return "I do not know this kind of channel, so I could not deliver anything here. Use another channel."


def _moderator(_error: Refusal) -> str:
    return "Only moderators (Manage Server) can do that; ask one of them."


def _retired(error: Refusal) -> str:
    operation, *models = error.names
    model = "".join(f" with the model {clean(name, 40)}" for name in models if name)
    gone = f"{labels.operation(operation)}{model} has been retired by the API."
    if error.until is None:
        return f"{gone} Try another command."
    return f"{gone} I ask it again {timestamp(error.until)}. Try another command or model."


def _gone(_error: Refusal) -> str:
    return "I no longer know how to do that. Type `/` to see what I can do now."


def _provider(error: Refusal) -> str:
    whose, *needed = map(labels.provider, error.names)
    return f"That clip is by {whose}, and this works with clips by {' or '.join(needed)} only. {_PICK}"


def _kind(error: Refusal) -> str:
    found, *wanted = map(labels.kind, error.names)
    return f"That is {found}, and this needs {' or '.join(wanted)}. {_PICK}"


def _persona(_error: Refusal) -> str:
    return "The persona was not made in this server. `/persona list` shows those that were. " + _PICK


def _running(error: Refusal) -> str:
    return f"Job #{error.names[0]} is still being made. Try again when its result is here."


def _several(error: Refusal) -> str:
    pairs = list(zip(error.names[::2], error.names[1::2], strict=True))
    listed = "\n".join(f"- {clean(title, 80)} `{clip_id}`" for title, clip_id in pairs[:_MAX_LISTED])
    more = f"- and {len(pairs) - _MAX_LISTED} more\n" if len(pairs) > _MAX_LISTED else ""
    return f"That message holds several clips. Paste the id of one of them:\n{listed}\n{more}"


def _message(_error: Refusal) -> str:
    return f"That message holds no song of mine. {_PICK}"


def _nothing(error: Refusal) -> str:
    wanted = " or ".join(map(labels.kind, error.names)) or "a clip"
    return f"That message holds nothing that can be used here: this needs {wanted}. {_PICK}"


def _elsewhere(_error: Refusal) -> str:
    return f"That message is in another server. {_PICK}"


def _input(error: Refusal) -> str:
    field = labels.field(error.field, *error.names[:1]) or clean(error.field, 40)
    hint = {
        "clip_id": "Pick a song from the list that opens while you type, or paste a clip id such as "
        "`5e2d7c10-8f4b-4a96-b3e1-6c09d8a1f742`.",
        "model": _PICK,
    }.get(error.field, _CHANGE)
    return f"{field} {error.why}. {hint}"


_SENTENCES: Mapping[str, Callable[[Refusal], str]] = MappingProxyType(
    {
        **limit_messages.SENTENCES,
        **key_messages.SENTENCES,
        "permissions": _permissions,
        "nowhere": _nowhere,
        "moderator": _moderator,
        "retired": _retired,
        "gone": _gone,
        "provider": _provider,
        "kind": _kind,
        "persona": _persona,
        "running": _running,
        "several": _several,
        "message": _message,
        "nothing": _nothing,
        "elsewhere": _elsewhere,
        "input": _input,
    }
)
