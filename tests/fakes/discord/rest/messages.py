"""Messages of a channel: sending with its nonce, reading, editing."""

from aiohttp import web

from tests.fakes.discord import errors, messages
from tests.fakes.discord.bodies import Body
from tests.fakes.discord.keys import BODY, channel_in, id_in, world_of
from tests.fakes.discord.messages import Origin, require
from tests.fakes.discord.model import Channel, JsonObject, Message, MessageType
from tests.fakes.discord.payloads import message_payload
from tests.fakes.discord.permissions import Permission, in_channel
from tests.fakes.discord.problems import Problems
from tests.fakes.discord.rest.answers import json_answer
from tests.fakes.discord.rules.messages import Surroundings
from tests.fakes.discord.world import World


async def _create(request: web.Request) -> web.Response:
    world, channel, body = world_of(request), channel_in(request), request[BODY]
    _check_rights(world, channel, body)
    nonce = body.object.get("nonce")
    nonce = None if nonce is None else str(nonce)
    earlier = world.nonces.made(world.bot.id, nonce) if nonce is not None else None
    if earlier is not None and body.object.get("enforce_nonce"):
        world.messages_folded += 1
        # A Discord engineer on discord-api-docs pull request 6647: the repeat for a deleted message is 10008.
        if earlier.deleted:
            raise errors.unknown_message()
        return json_answer(messages.created_payload(world, earlier))
    reply_to = _replied_to(world, channel, body)
    origin = Origin(
        channel=channel,
        author=world.bot,
        type=MessageType.DEFAULT if reply_to is None else MessageType.REPLY,
        nonce=nonce,
        reply_to=reply_to,
    )
    message = messages.draft(world, origin)
    messages.fill(world, message, body, at=Surroundings(channel.attachment_size_limit))
    channel.archived = False
    messages.publish(world, message)
    return json_answer(messages.created_payload(world, message))


def _check_rights(world: World, channel: Channel, body: Body) -> None:
    if channel.recipient is not None and not channel.recipient.accepts_direct_messages:
        raise errors.closed_to_you()
    needed = [Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES]
    if body.files:
        needed.append(Permission.ATTACH_FILES)
    if body.object.get("embeds"):
        needed.append(Permission.EMBED_LINKS)
    require(channel, world.bot.id, *needed)
    if channel.locked:
        raise errors.thread_locked()


def _replied_to(world: World, channel: Channel, body: Body) -> Message | None:
    reference: JsonObject | None = body.object.get("message_reference")
    if not reference:
        return None
    if Permission.READ_MESSAGE_HISTORY not in in_channel(channel, world.bot.id):
        raise errors.cannot_reply_without_history()
    original_id = str(reference.get("message_id"))
    original = channel.messages.get(int(original_id)) if original_id.isdigit() else None
    if original is not None and not original.deleted and not original.ephemeral:
        return original
    if reference.get("fail_if_not_exists", True):
        problems = Problems()
        problems.add("message_reference", "REPLIES_UNKNOWN_MESSAGE", message="Unknown message")
        problems.raise_if_any()
    return None


async def _list(request: web.Request) -> web.Response:
    world, channel = world_of(request), channel_in(request)
    require(channel, world.bot.id)
    limit = request.query.get("limit", "50")
    problems = Problems()
    if not limit.isdigit() or not 1 <= int(limit) <= 100:
        problems.add("limit", "NUMBER_TYPE_MAX", message="int value should be between 1 and 100.")
    problems.raise_if_any()
    # "no messages will be returned" without the right to read history (docs: "Get Channel Messages").
    if Permission.READ_MESSAGE_HISTORY not in in_channel(channel, world.bot.id):
        return json_answer([])
    found = messages.history(channel, request.query, int(limit))
    return json_answer([message_payload(message, world.links) for message in found])


async def _read(request: web.Request) -> web.Response:
    world, channel = world_of(request), channel_in(request)
    require(channel, world.bot.id, Permission.READ_MESSAGE_HISTORY)
    message = messages.find(channel, id_in(request, "message_id"))
    return json_answer(message_payload(message, world.links))


async def _edit(request: web.Request) -> web.Response:
    world, channel = world_of(request), channel_in(request)
    require(channel, world.bot.id)
    message = messages.find(channel, id_in(request, "message_id"))
    if message.author is not world.bot:
        raise errors.not_your_message()
    if channel.archived:
        raise errors.archived_thread()
    at = Surroundings(
        channel.attachment_size_limit,
        is_edit=True,
        kept_files=len(message.files),
    )
    messages.revise(world, message, request[BODY], at=at)
    return json_answer(message_payload(message, world.links))


_ONE = "/channels/{channel_id}/messages/{message_id}"
ROUTES = [
    web.post("/channels/{channel_id}/messages", _create),
    web.get("/channels/{channel_id}/messages", _list),
    web.get(_ONE, _read),
    web.patch(_ONE, _edit),
]
