"""The member's side: what people do in Discord's client, with its refusals."""

from collections.abc import Mapping

from tests.fakes.discord import messages
from tests.fakes.discord.dispatch import Act, dispatch
from tests.fakes.discord.fields import fill_in_modal
from tests.fakes.discord.interactions import Interaction, InteractionType
from tests.fakes.discord.mentions import mentions_of
from tests.fakes.discord.messages import Origin
from tests.fakes.discord.model import Channel, JsonObject, Message, MessageType, User
from tests.fakes.discord.options import ClientRefusalError, Value, fill_in, find_call, half_typed
from tests.fakes.discord.permissions import Permission, in_channel
from tests.fakes.discord.resolved import Resolver
from tests.fakes.discord.rules.components import BUTTON, LINK_BUTTON, MENU, walk
from tests.fakes.discord.world import World


class Member:
    """One person at their client. Whatever the client would not allow raises ClientRefusalError."""

    def __init__(self, world: World, user: User) -> None:
        self._world = world
        self.user = user

    @property
    def id(self) -> int:
        """The user's id."""
        return self.user.id

    @property
    def direct_channel(self) -> Channel:
        """The direct channel with the bot."""
        return self._world.direct_channel(self.user)

    def slash(self, channel: Channel, command: str, /, **options: Value) -> Interaction:
        """Call a command, such as `slash(channel, "suno create", prompt="rain")`; return the handle at once.

        Users, channels, roles and files go in as `User`, `Channel`, `Role` and `Upload`; a choice by its
        name or its value.
        """
        self._check_sight(channel)
        call = find_call(self._world, channel, self.user, words=command)
        resolver = Resolver(self._world, channel)
        data = call.data(fill_in(call, options, resolver), resolver)
        return dispatch(self._world, Act(InteractionType.COMMAND, self.user, channel, data))

    def autocomplete(self, channel: Channel, command: str, focused: str, /, **options: Value) -> Interaction:
        """Type into an option that completes itself; `choices` of the handle is what the bot offers."""
        self._check_sight(channel)
        call = find_call(self._world, channel, self.user, words=command)
        resolver = Resolver(self._world, channel)
        data = call.data(half_typed(call, options, focused, resolver=resolver), resolver)
        return dispatch(self._world, Act(InteractionType.AUTOCOMPLETE, self.user, channel, data))

    def click(self, message: Message, button: str) -> Interaction:
        """Press the button with this custom id or label."""
        component = self._find(button, among=self._usable(message, BUTTON))
        if component["style"] == LINK_BUTTON:
            raise ClientRefusalError(f"the button {button!r} never reaches the bot")
        data = {
            "custom_id": component["custom_id"],
            "component_type": component["type"],
            "id": component["id"],
        }
        return dispatch(
            self._world, Act(InteractionType.COMPONENT, self.user, message.channel, data, source=message)
        )

    def choose(self, message: Message, *entries: str) -> Interaction:
        """Choose the entries with these values or labels from the message's menu, or none of it."""
        menus = self._usable(message, MENU)
        options = [{**option, "menu": menu} for menu in menus for option in menu["options"]]
        chosen = [self._find(entry, among=options, keys=("value", "label")) for entry in entries]
        menu = chosen[0]["menu"] if chosen else menus[0]
        least, most = menu.get("min_values", 1), menu.get("max_values", 1)
        if not least <= len(chosen) <= most or any(option["menu"] is not menu for option in chosen):
            raise ClientRefusalError(f"the menu takes {least} to {most} entries")
        data = {
            "custom_id": menu["custom_id"],
            "component_type": MENU,
            "id": menu["id"],
            "values": [option["value"] for option in chosen],
        }
        return dispatch(
            self._world, Act(InteractionType.COMPONENT, self.user, message.channel, data, source=message)
        )

    def press(self, message: Message, name: str) -> Interaction:
        """Press the button with this custom id or label, or choose the entry of the menu."""
        usable = self._usable(message, BUTTON)
        is_button = any(name in (one.get("custom_id"), one.get("label")) for one in usable)
        return self.click(message, name) if is_button else self.choose(message, name)

    def submit(
        self, asked: Interaction, entries: Mapping[str, str] | None = None, /, **named: str
    ) -> Interaction:
        """Fill in and send the modal that the bot answered with; fields go by custom id or label."""
        if asked.modal is None:
            raise ClientRefusalError(f"there is no modal to submit in {asked!r}")
        filled = fill_in_modal(asked.modal, {**(entries or {}), **named})
        data: JsonObject = {"custom_id": asked.modal.custom_id, "components": filled}
        act = Act(InteractionType.MODAL, self.user, asked.channel, data, source=asked.source, parent=asked)
        return dispatch(self._world, act)

    def write(self, channel: Channel, content: str, *, reply_to: Message | None = None) -> Message:
        """Send an ordinary message."""
        self._check_sight(channel)
        origin = Origin(
            channel=channel,
            author=self.user,
            type=MessageType.DEFAULT if reply_to is None else MessageType.REPLY,
            reply_to=reply_to,
        )
        message = messages.draft(self._world, origin)
        message.content = content
        message.mentions = mentions_of(message)
        messages.publish(self._world, message)
        return message

    def delete(self, message: Message) -> None:
        """Delete a message, one's own or as a moderator."""
        rights = in_channel(message.channel, self.id)
        if message.author is not self.user and Permission.MANAGE_MESSAGES not in rights:
            raise ClientRefusalError("only moderators delete what others wrote")
        messages.remove(self._world, message)

    def _check_sight(self, channel: Channel) -> None:
        if Permission.VIEW_CHANNEL not in in_channel(channel, self.id) or channel.deleted:
            raise ClientRefusalError(f"#{channel.name} is out of sight")

    def _usable(self, message: Message, kind: int) -> list[JsonObject]:
        self._check_sight(message.channel)
        if message.deleted or (message.ephemeral and not self._is_for_me(message)):
            raise ClientRefusalError("the message is out of sight")
        return [component for _, component in walk(message.components) if component["type"] == kind]

    def _find(
        self,
        name: str,
        *,
        among: list[JsonObject],
        keys: tuple[str, ...] = ("custom_id", "label"),
    ) -> JsonObject:
        for key in keys:
            for component in among:
                if component.get(key) == name:
                    if component.get("disabled"):
                        raise ClientRefusalError(f"{name!r} is disabled")
                    return component
        names = [component.get("label") or component.get("custom_id") for component in among]
        raise ClientRefusalError(f"the message has no {name!r}, only {names}")

    def _is_for_me(self, message: Message) -> bool:
        asked = message.interaction
        return asked is not None and asked["user"]["id"] == str(self.id)
