"""The commands that the bot registered, globally and per guild."""

from collections.abc import Callable, Iterator

from tests.fakes.discord import errors
from tests.fakes.discord.model import JsonObject
from tests.fakes.discord.rules.commands import MOST_OF_TYPE, SLASH, check_command, check_commands

_DEFAULTS: JsonObject = {
    "type": SLASH,
    "description": "",
    "name_localizations": None,
    "description_localizations": None,
    "options": [],
    "default_member_permissions": None,
    "dm_permission": True,
    "nsfw": False,
    "contexts": None,
    "integration_types": [0],
}


class CommandRegistry:
    """Commands by scope (a guild's id, or None for global) and id, in the JSON form of Discord's answers."""

    def __init__(self, application_id: int, new_id: Callable[[], int]) -> None:
        self._application_id = application_id
        self._new_id = new_id
        self._scopes: dict[int | None, dict[int, JsonObject]] = {}
        self.syncs = 0

    def listed(self, scope: int | None) -> list[JsonObject]:
        """Return the commands of one scope."""
        return list(self._scopes.get(scope, {}).values())

    def reachable(self, guild_id: int | None) -> Iterator[JsonObject]:
        """Yield what a member of a guild can call: the guild's own commands, then the global ones."""
        if guild_id is not None:
            yield from self.listed(guild_id)
        yield from self.listed(None)

    def get(self, scope: int | None, command_id: int) -> JsonObject:
        """Return one command.

        Raises:
            DiscordError: 404 with code 10063.
        """
        try:
            return self._scopes.get(scope, {})[command_id]
        except KeyError:
            raise errors.unknown_command() from None

    def replace_all(self, scope: int | None, commands: list[JsonObject]) -> list[JsonObject]:
        """Make these the only commands of a scope; those of an old name and type keep their id.

        Raises:
            DiscordError: 400; nothing was changed then.
        """
        for kind, most in MOST_OF_TYPE.items():
            if sum(command.get("type", SLASH) == kind for command in commands) > most:
                raise errors.too_many_commands()
        check_commands(commands)
        filled = [self._filled(scope, command) for command in commands]
        self._scopes[scope] = {int(command["id"]): command for command in filled}
        self.syncs += 1
        return filled

    def put(self, scope: int | None, command: JsonObject) -> tuple[JsonObject, bool]:
        """Add one command, or replace the one of the same name and type; return it and whether it is new.

        Raises:
            DiscordError: 400.
        """
        check_command(command)
        is_new = self._same(scope, command) is None
        filled = self._filled(scope, command)
        self._scopes.setdefault(scope, {})[int(filled["id"])] = filled
        return filled, is_new

    def edit(self, scope: int | None, command_id: int, *, changes: JsonObject) -> JsonObject:
        """Change some fields of one command.

        Raises:
            DiscordError: 404 or 400.
        """
        merged = self.get(scope, command_id) | changes
        check_command(merged)
        self._scopes[scope][command_id] = merged | {"version": str(self._new_id())}
        return self._scopes[scope][command_id]

    def delete(self, scope: int | None, command_id: int) -> None:
        """Remove one command.

        Raises:
            DiscordError: 404 with code 10063.
        """
        self.get(scope, command_id)
        del self._scopes[scope][command_id]

    def _same(self, scope: int | None, command: JsonObject) -> JsonObject | None:
        key = (command.get("type", SLASH), command["name"])
        return next((c for c in self.listed(scope) if (c["type"], c["name"]) == key), None)

    def _filled(self, scope: int | None, command: JsonObject) -> JsonObject:
        filled = _DEFAULTS | {k: v for k, v in command.items() if v is not None}
        filled["application_id"] = str(self._application_id)
        if scope is not None:
            filled["guild_id"] = str(scope)
        before = self._same(scope, command)
        if before is not None and before == filled | {"id": before["id"], "version": before["version"]}:
            return before
        filled["id"] = str(self._new_id()) if before is None else before["id"]
        return filled | {"version": str(self._new_id())}
