"""Gateway events and the intents that let them through (docs: events/gateway, "List of Intents")."""

from dataclasses import dataclass
from enum import IntFlag

from tests.fakes.discord.model import JsonObject


class Intent(IntFlag):
    """The intents that decide what the stand-in sends."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15


ALWAYS = Intent(0)
PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
KNOWN_INTENTS = (1 << 26) - 1


@dataclass(frozen=True, slots=True)
class Event:
    """One DISPATCH: to the shard of `guild_id` (shard 0 for none), where `intent` was asked for."""

    name: str
    data: JsonObject
    guild_id: int | None = None
    intent: Intent = ALWAYS


def without_content(data: JsonObject) -> JsonObject:
    """Return a message event as a bot without the message content intent gets it."""
    return data | {"content": "", "embeds": [], "attachments": [], "components": []}
