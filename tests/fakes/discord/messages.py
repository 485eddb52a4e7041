"""Making, editing, deleting and reading messages, whoever does it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.fakes.discord import errors
from tests.fakes.discord.bodies import Body
from tests.fakes.discord.model import (
    NO_FLAGS,
    Channel,
    JsonObject,
    Message,
    MessageFlag,
    MessageType,
    User,
)
from tests.fakes.discord.payloads import message_payload
from tests.fakes.discord.permissions import Permission, in_channel
from tests.fakes.discord.rules.messages import Surroundings, check_message
from tests.fakes.discord.world import World


@dataclass(frozen=True, slots=True)
class Origin:
    """Whence a message comes, before it has any content."""

    channel: Channel
    author: User
    type: MessageType = MessageType.DEFAULT
    flags: MessageFlag = NO_FLAGS
    nonce: str | None = None
    reply_to: Message | None = None
    interaction: JsonObject | None = None


def draft(world: World, origin: Origin) -> Message:
    """Return a message that is not in its channel yet."""
    return Message(
        id=world.new_id(),
        channel=origin.channel,
        author=origin.author,
        type=origin.type,
        created_at=world.clock(),
        flags=origin.flags,
        nonce=origin.nonce,
        reply_to=origin.reply_to,
        interaction=origin.interaction,
    )


def publish(world: World, message: Message) -> None:
    """Put a message into its channel and tell of it."""
    message.channel.messages[message.id] = message
    world.nonces.remember(message)
    world.messages_created += 1
    world.changes.announce()


def created_payload(world: World, message: Message) -> JsonObject:
    """Return a message as its maker gets it back, with the nonce."""
    payload = message_payload(message, world.links)
    return payload if message.nonce is None else payload | {"nonce": message.nonce}


def fill(world: World, message: Message, body: Body, *, at: Surroundings) -> None:
    """Check a body and lay it over a message.

    Raises:
        DiscordError: the body breaks a limit; the message is unchanged then.
    """
    payload = body.object.get("data") or {} if at.is_callback else body.object
    check_message(payload, body.files, at=at)
    for attachment in world.composer.fill(message, payload, body.files):
        world.attachments[attachment.id] = attachment


def revise(world: World, message: Message, body: Body, *, at: Surroundings) -> None:
    """Edit a message; an edit ends its "thinking...".

    Raises:
        DiscordError: the body breaks a limit; the message is unchanged then.
    """
    fill(world, message, body, at=at)
    was_loading = message.loading
    message.flags &= ~MessageFlag.LOADING
    now = world.clock()
    # The answer that ends "thinking..." does not count as edited for those who read it.
    message.edited_at = message.edited_at if was_loading else now
    world.changes.announce()


def remove(world: World, message: Message) -> None:
    """Delete a message; its id and nonce stay known as those of a deleted one."""
    message.deleted = True
    world.changes.announce()


def find(channel: Channel, message_id: int) -> Message:
    """Return a message that everyone in the channel can see.

    Raises:
        DiscordError: 404 with code 10008.
    """
    message = channel.messages.get(message_id)
    if message is None or message.deleted or message.ephemeral:
        raise errors.unknown_message()
    return message


def require(channel: Channel, user_id: int, *rights: Permission) -> None:
    """Refuse whoever lacks the rights.

    Raises:
        DiscordError: 403 with code 50001 where the channel is out of sight, else with code 50013.
    """
    granted = in_channel(channel, user_id)
    if Permission.VIEW_CHANNEL not in granted:
        raise errors.missing_access()
    if any(right not in granted for right in rights):
        raise errors.missing_permissions()


def history(channel: Channel, query: Mapping[str, str], limit: int) -> list[Message]:
    """Return up to `limit` messages, newest first, before, after or around an id."""
    messages = sorted(channel.visible, key=lambda message: message.id)
    if "before" in query:
        messages = [m for m in messages if m.id < int(query["before"])][-limit:]
    elif "after" in query:
        messages = [m for m in messages if m.id > int(query["after"])][:limit]
    elif "around" in query:
        middle = int(query["around"])
        older = [m for m in messages if m.id <= middle][-(limit // 2 + 1) :]
        newer = [m for m in messages if m.id > middle][: limit - len(older)]
        messages = older + newer
    return messages[-limit:][::-1]
