"""What comes after the first answer: the original edited or read, and follow-ups."""

from aiohttp import web

from tests.fakes.discord import errors, messages
from tests.fakes.discord.callbacks import metadata, surroundings
from tests.fakes.discord.interactions import CallbackType, Interaction, InteractionType
from tests.fakes.discord.keys import BODY, id_in, world_of
from tests.fakes.discord.messages import Origin
from tests.fakes.discord.model import NO_FLAGS, JsonObject, Message, MessageFlag, MessageType
from tests.fakes.discord.payloads import message_payload
from tests.fakes.discord.rest.answers import json_answer


def _interaction_in(request: web.Request) -> Interaction:
    world = world_of(request)
    interaction = world.interactions.get(request.match_info["token"])
    if interaction is None or id_in(request, "application_id") != world.bot.id:
        raise errors.unknown_webhook()
    if world.clock() - interaction.dispatched_at > world.settings.token_lifetime:
        raise errors.invalid_webhook_token()
    # Before the first answer the token opens nothing, and an autocomplete has nothing to follow.
    if interaction.answer is None or interaction.type == InteractionType.AUTOCOMPLETE:
        raise errors.unknown_webhook()
    return interaction


def _message_in(request: web.Request, interaction: Interaction) -> Message:
    which = request.match_info["message_id"]
    own = [*interaction.followups, *([interaction.message] if interaction.message else [])]
    for message in own:
        is_asked = message is interaction.message if which == "@original" else str(message.id) == which
        if is_asked and not message.deleted:
            return message
    raise errors.unknown_message()


async def _follow_up(request: web.Request) -> web.Response:
    world, interaction, body = world_of(request), _interaction_in(request), request[BODY]
    original = interaction.message
    deferred = interaction.answer and interaction.answer.type == CallbackType.DEFERRED_MESSAGE
    if deferred and original is not None and original.loading and not original.deleted:
        # "the loading message will be edited instead. The ephemeral flag will be ignored"
        # (docs: interactions/receiving-and-responding, "Create Followup Message").
        messages.revise(world, original, body, at=surroundings(interaction, original))
        return json_answer(message_payload(original, world.links))
    asked = body.object.get("flags") or 0
    flags = MessageFlag(asked) & MessageFlag.EPHEMERAL if isinstance(asked, int) else NO_FLAGS
    more: JsonObject = {} if original is None else {"original_response_message_id": str(original.id)}
    origin = Origin(
        channel=interaction.channel,
        author=world.bot,
        type=MessageType.DEFAULT if original is None else MessageType.REPLY,
        flags=flags,
        reply_to=original,
        interaction=metadata(interaction) | more,
    )
    message = messages.draft(world, origin)
    messages.fill(world, message, body, at=surroundings(interaction))
    interaction.followups.append(message)
    messages.publish(world, message)
    return json_answer(message_payload(message, world.links))


async def _read(request: web.Request) -> web.Response:
    message = _message_in(request, _interaction_in(request))
    return json_answer(message_payload(message, world_of(request).links))


async def _edit(request: web.Request) -> web.Response:
    world, interaction = world_of(request), _interaction_in(request)
    message = _message_in(request, interaction)
    messages.revise(world, message, request[BODY], at=surroundings(interaction, message))
    return json_answer(message_payload(message, world.links))


_ONE = "/webhooks/{application_id}/{token}/messages/{message_id}"
ROUTES = [
    web.post("/webhooks/{application_id}/{token}", _follow_up),
    web.get(_ONE, _read),
    web.patch(_ONE, _edit),
]
