"""Whom a message really pings (docs: resources/message, "Allowed Mentions Object")."""

import re
from collections.abc import Iterable

from tests.fakes.discord.model import Channel, JsonObject, Mentions, Message
from tests.fakes.discord.permissions import Permission, in_channel

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(everyone|here)\b")


def mentions_of(message: Message) -> Mentions:
    """Return whom a message pings, going by its text, `allowed_mentions` and its author's rights."""
    text, allowed = message.content, message.allowed_mentions
    users = _allowed(allowed, "users", map(int, _USER.findall(text)))
    replies = message.reply_to is not None and message.interaction is None
    if replies and message.reply_to and (allowed is None or allowed.get("replied_user")):
        users = (*users, message.reply_to.author.id)
    loud = Permission.MENTION_EVERYONE in in_channel(message.channel, message.author.id)
    return Mentions(
        everyone=loud and bool(_EVERYONE.search(text)) and _parses(allowed, "everyone"),
        user_ids=tuple(dict.fromkeys(_present(message.channel, users))),
        role_ids=_allowed(allowed, "roles", map(int, _ROLE.findall(text))) if loud else (),
    )


def _parses(allowed: JsonObject | None, kind: str) -> bool:
    return allowed is None or kind in (allowed.get("parse") or [])


def _allowed(allowed: JsonObject | None, kind: str, ids: Iterable[int]) -> tuple[int, ...]:
    if _parses(allowed, kind):
        return tuple(ids)
    listed = {int(listed_id) for listed_id in (allowed or {}).get(kind) or []}
    return tuple(found for found in ids if found in listed)


def _present(channel: Channel, user_ids: Iterable[int]) -> list[int]:
    if channel.guild is None:
        return [user_id for user_id in user_ids if channel.recipient and user_id == channel.recipient.id]
    return [user_id for user_id in user_ids if user_id in channel.guild.members]
