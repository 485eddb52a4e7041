"""The commands that the bot registered."""

from collections.abc import Callable

from tests.fakes.discord import errors
from tests.fakes.discord.model import JsonObject
from tests.fakes.discord.rules.commands import MOST_OF_TYPE, SLASH, check_commands

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
    """The bot's commands, in the JSON form of Discord's answers."""

    def __init__(self, application_id: int, new_id: Callable[[], int]) -> None:
        self._application_id = application_id
        self._new_id = new_id
        self.listed: list[JsonObject] = []
        self.syncs = 0

    def replace_all(self, commands: list[JsonObject]) -> list[JsonObject]:
        """Make these the only commands; those of an old name and type keep their id.

        Raises:
            DiscordError: 400; nothing was changed then.
        """
        for kind, most in MOST_OF_TYPE.items():
            if sum(command.get("type", SLASH) == kind for command in commands) > most:
                raise errors.too_many_commands()
        check_commands(commands)
        self.listed = [self._filled(command) for command in commands]
        self.syncs += 1
        return self.listed

    def _filled(self, command: JsonObject) -> JsonObject:
        filled = _DEFAULTS | {k: v for k, v in command.items() if v is not None}
        filled["application_id"] = str(self._application_id)
        key = (filled["type"], filled["name"])
        before = next((known for known in self.listed if (known["type"], known["name"]) == key), None)
        if before is not None and before == filled | {"id": before["id"], "version": before["version"]}:
            return before
        filled["id"] = str(self._new_id()) if before is None else before["id"]
        return filled | {"version": str(self._new_id())}
