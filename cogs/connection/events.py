"""Complete what Discord may send in part, so that discord.py can read it.

Documented as partial (docs: receiving-and-responding, "Interaction Object"): an interaction's channel may be
an id and a type, and an option is not validated while a member still types another one.
"""

from collections.abc import Callable
from typing import Any

_AUTOCOMPLETE = 4
_SUBCOMMANDS = frozenset({1, 2})
_THREADS = frozenset({10, 11, 12})
# What discord.py reads without asking whether it is there.
_OF_CHANNELS: dict[str, Any] = {"name": "", "position": 0, "bitrate": 64_000, "user_limit": 0}
_OF_THREADS: dict[str, Any] = {
    "name": "",
    "parent_id": "0",
    "owner_id": "0",
    "message_count": 0,
    "member_count": 0,
    "thread_metadata": {},
}
_OF_METADATA: dict[str, Any] = {
    "archived": False,
    "auto_archive_duration": 1440,
    "archive_timestamp": "2015-01-01T00:00:00+00:00",
}
_OF_MEMBERS: dict[str, Any] = {"roles": [], "flags": 0}
# Discord's limit for a file where a server has no boosts, should it ever leave the field out.
_UPLOAD_BYTES = 10 * 1024 * 1024


def complete(event: dict[str, Any]) -> None:
    """Fill in an interaction, in place."""
    _fill(event, {"attachment_size_limit": _UPLOAD_BYTES})
    if isinstance(channel := event.get("channel"), dict):
        _complete_channel(channel)
    if isinstance(member := event.get("member"), dict):
        _fill(member, _OF_MEMBERS)
    data = event.get("data")
    if not isinstance(data, dict):
        return
    resolved = data.get("resolved") or {}
    for channel in (resolved.get("channels") or {}).values():
        _complete_channel(channel)
    for member in (resolved.get("members") or {}).values():
        _fill(member, _OF_MEMBERS)
    if event.get("type") == _AUTOCOMPLETE:
        _drop_unreadable(data)


def _complete_channel(channel: dict[str, Any]) -> None:
    if channel.get("type") in _THREADS:
        _fill(channel, _OF_THREADS)
        channel["thread_metadata"] = {**channel["thread_metadata"]}
        _fill(channel["thread_metadata"], _OF_METADATA)
    else:
        _fill(channel, _OF_CHANNELS)


def _fill(into: dict[str, Any], defaults: dict[str, Any]) -> None:
    for name, value in defaults.items():
        if into.get(name) is None:
            into[name] = value


def _drop_unreadable(data: dict[str, Any]) -> None:
    """Take out the options that hold no value of their kind yet; the one being typed stays."""
    options = data.get("options") or []
    for option in options:
        if option.get("type") in _SUBCOMMANDS:
            _drop_unreadable(option)
    data["options"] = [option for option in options if option.get("focused") or _is_readable(option)]


def _is_readable(option: dict[str, Any]) -> bool:
    read = _READERS.get(option.get("type", 0))
    if read is None:
        return True
    try:
        read(option["value"])
    except (KeyError, TypeError, ValueError):
        return False
    return True


_READERS: dict[int, Callable[[Any], object]] = {
    3: str, 4: int, 6: int, 7: int, 8: int, 9: int, 10: float, 11: int,
}  # fmt: skip
