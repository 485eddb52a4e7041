"""Gateway events, and the intents that a bot asks for them by (docs: events/gateway, "List of Intents")."""

from dataclasses import dataclass

from tests.fakes.discord.model import JsonObject

GUILDS = 1 << 0
"""All that the fake has events for: guilds, roles, channels, threads; interactions always come."""
VOICE_STATES = 1 << 7
"""Of the bot alone, where a voice server is there."""
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
"""Members, presences and the contents of messages."""


@dataclass(frozen=True, slots=True)
class Event:
    """One DISPATCH."""

    name: str
    data: JsonObject

    @property
    def guild_id(self) -> int:
        """The server that it is about; 0 for none."""
        is_guild = self.name in ("GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE")
        return int(self.data["id"] if is_guild else self.data.get("guild_id") or 0)
