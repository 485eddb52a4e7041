"""What a member's client does with a slash command before it sends anything: look it up, check, fill in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from tests.fakes.discord.model import Channel, JsonObject, Role, User
from tests.fakes.discord.permissions import Permission, in_channel
from tests.fakes.discord.resolved import Entity, Resolver, Upload
from tests.fakes.discord.rules.commands import GROUP, SLASH, SUBCOMMAND
from tests.fakes.discord.world import World

STRING, INTEGER, BOOLEAN, NUMBER = 3, 4, 5, 10
USER, CHANNEL, ROLE, ATTACHMENT = 6, 7, 8, 11
_ENTITIES: dict[int, type] = {USER: User, CHANNEL: Channel, ROLE: Role, ATTACHMENT: Upload}
_GREATEST_INTEGER = 2**53
_LONGEST_TEXT = 6000

Value: TypeAlias = str | int | float | bool | Entity


class ClientRefusalError(AssertionError):
    """Discord's client would not let the member do this; nothing was sent to the bot."""


@dataclass(frozen=True, slots=True)
class Call:
    """A command with the options of the sub-command that was chosen; `path` names groups and sub-command."""

    command: JsonObject
    path: tuple[JsonObject, ...]

    @property
    def options(self) -> list[JsonObject]:
        """The options that the member can fill in."""
        return [*((self.path[-1] if self.path else self.command).get("options") or [])]

    def data(self, filled: list[JsonObject], resolver: Resolver) -> JsonObject:
        """Return the interaction's data, with the values nested under groups and sub-command."""
        for part in reversed(self.path):
            filled = [{"name": part["name"], "type": part["type"], "options": filled}]
        data = {key: self.command[key] for key in ("id", "name", "type", "guild_id") if key in self.command}
        return data | {"options": filled} | resolver.payload()


def find_call(world: World, channel: Channel, user: User, *, words: str) -> Call:
    """Return the command that the words name, if the user may call it here.

    Raises:
        ClientRefusalError: it is not offered here.
    """
    name, *rest = words.split()
    for command in world.commands.listed:
        if command["type"] == SLASH and command["name"] == name:
            _check_offered(command, channel, user)
            return Call(command, _descend(command, rest))
    offered = sorted(c["name"] for c in world.commands.listed)
    raise ClientRefusalError(f"there is no /{name}, only {offered}")


def _check_offered(command: JsonObject, channel: Channel, user: User) -> None:
    contexts = command["contexts"]
    here = 0 if channel.guild is not None else 1
    anywhere = command["dm_permission"] or channel.guild is not None
    if not (anywhere if contexts is None else here in contexts):
        raise ClientRefusalError(f"/{command['name']} is not offered in context {here}")
    granted = in_channel(channel, user.id)
    needed = Permission.USE_APPLICATION_COMMANDS | Permission(int(command["default_member_permissions"] or 0))
    # An explicit "0" hides a command from all but administrators, who have every bit.
    hidden = command["default_member_permissions"] == "0" and Permission.ADMINISTRATOR not in granted
    if channel.guild is not None and (hidden or needed not in granted):
        raise ClientRefusalError(f"/{command['name']} is hidden from this member")


def _descend(command: JsonObject, words: list[str]) -> tuple[JsonObject, ...]:
    path: list[JsonObject] = []
    level = command
    for word in words:
        inner = [o for o in level["options"] if o["type"] in (SUBCOMMAND, GROUP) and o["name"] == word]
        if not inner:
            raise ClientRefusalError(f"/{command['name']} has no {word!r}")
        level = inner[0]
        path.append(level)
    if any(o["type"] in (SUBCOMMAND, GROUP) for o in level.get("options") or []):
        raise ClientRefusalError(f"/{command['name']} wants a sub-command after {words}")
    return tuple(path)


def fill_in(call: Call, values: Mapping[str, Value], resolver: Resolver) -> list[JsonObject]:
    """Return the options with the member's values, in the order in which the command lists them.

    Raises:
        ClientRefusalError: an option is missing, unknown, or its value not allowed.
    """
    _check_names(call, values)
    for option in call.options:
        if option.get("required") and option["name"] not in values:
            raise ClientRefusalError(f"{option['name']} is required")
    return [
        {"name": option["name"], "type": option["type"], "value": _value(option, values, resolver)}
        for option in call.options
        if option["name"] in values
    ]


def half_typed(
    call: Call, values: Mapping[str, Value], focused: str, *, resolver: Resolver
) -> list[JsonObject]:
    """Return the options as they stand while the member types into `focused`; nothing is required yet.

    Raises:
        ClientRefusalError: the option does not complete itself.
    """
    _check_names(call, {focused: "", **values})
    filled: list[JsonObject] = []
    for option in call.options:
        name = option["name"]
        facts = {"name": name, "type": option["type"]}
        if name == focused:
            if not option.get("autocomplete"):
                raise ClientRefusalError(f"{name} does not autocomplete")
            # What is being typed is text, whatever the option's type.
            filled.append(facts | {"value": str(values.get(name, "")), "focused": True})
        elif name in values:
            filled.append(facts | {"value": _value(option, values, resolver)})
    return filled


def _check_names(call: Call, values: Mapping[str, Value]) -> None:
    unknown = set(values) - {option["name"] for option in call.options}
    if unknown:
        raise ClientRefusalError(f"/{call.command['name']} has no option {sorted(unknown)}")


def _value(option: JsonObject, values: Mapping[str, Value], resolver: Resolver) -> object:
    kind, value = option["type"], values[option["name"]]
    if kind in _ENTITIES:
        if not isinstance(value, _ENTITIES[kind]) or isinstance(value, str | int | float):
            raise ClientRefusalError(f"{option['name']} cannot be {value!r}")
        _check_channel_type(option, value)
        return resolver.add(value)
    if option.get("choices"):
        return _chosen(option, value)
    if kind == BOOLEAN:
        fits = isinstance(value, bool)
    elif kind == STRING:
        fits = isinstance(value, str) and _within(option, "length", len(value), most=_LONGEST_TEXT)
    else:
        numeric = isinstance(value, int if kind == INTEGER else int | float)
        fits = (
            numeric
            and not isinstance(value, bool | str | Entity)
            and abs(value) <= _GREATEST_INTEGER
            and _within(option, "value", value, most=_GREATEST_INTEGER)
        )
    if not fits:
        raise ClientRefusalError(f"{option['name']} cannot be {value!r}")
    return value


def _within(option: JsonObject, what: str, measure: float, *, most: float) -> bool:
    least = option.get(f"min_{what}", 0 if what == "length" else -most)
    return bool(least <= measure <= option.get(f"max_{what}", most))


def _chosen(option: JsonObject, value: Value) -> object:
    for choice in option["choices"]:
        if value in (choice["value"], choice["name"]):
            return choice["value"]
    raise ClientRefusalError(
        f"{option['name']} is one of {[c['name'] for c in option['choices']]}, not {value!r}"
    )


def _check_channel_type(option: JsonObject, value: Entity) -> None:
    allowed = option.get("channel_types")
    if isinstance(value, Channel) and allowed and int(value.type) not in allowed:
        raise ClientRefusalError(f"{option['name']} takes channels of types {allowed}")
