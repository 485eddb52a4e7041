"""The first answer to an interaction (docs: interactions/receiving-and-responding)."""

from tests.fakes.discord import errors, messages
from tests.fakes.discord.bodies import Body
from tests.fakes.discord.interactions import Answer, CallbackType, Interaction, InteractionType, Modal
from tests.fakes.discord.messages import Origin
from tests.fakes.discord.model import JsonObject, Message, MessageFlag, MessageType
from tests.fakes.discord.payloads import message_payload, user_payload
from tests.fakes.discord.problems import Problems
from tests.fakes.discord.rules.messages import Surroundings
from tests.fakes.discord.rules.modals import check_choices, check_modal
from tests.fakes.discord.world import World

_MESSAGES = (CallbackType.MESSAGE, CallbackType.DEFERRED_MESSAGE)
_UPDATES = (CallbackType.DEFERRED_UPDATE, CallbackType.UPDATE)
_ALLOWED = {
    InteractionType.COMMAND: (*_MESSAGES, CallbackType.MODAL),
    InteractionType.COMPONENT: (*_MESSAGES, *_UPDATES, CallbackType.MODAL),
    InteractionType.AUTOCOMPLETE: (CallbackType.CHOICES,),
    InteractionType.MODAL: _MESSAGES,
}


def metadata(interaction: Interaction) -> JsonObject:
    """Return what a message tells about the interaction that made it."""
    guild = interaction.channel.guild
    facts: JsonObject = {
        "id": str(interaction.id),
        "type": int(interaction.type),
        "user": user_payload(interaction.user),
        "authorizing_integration_owners": {"0": "0" if guild is None else str(guild.id)},
    }
    if interaction.type == InteractionType.COMMAND:
        facts |= {"name": interaction.data["name"], "command_type": interaction.data["type"]}
    elif interaction.type == InteractionType.COMPONENT and interaction.source is not None:
        facts["interacted_message_id"] = str(interaction.source.id)
    elif interaction.parent is not None:
        facts["triggering_interaction_metadata"] = metadata(interaction.parent)
    return facts


def surroundings(interaction: Interaction, message: Message | None = None) -> Surroundings:
    """Return what holds for a body sent with this interaction's token; `message` is what it edits."""
    return Surroundings(
        size_limit=interaction.channel.attachment_size_limit,
        is_interaction=True,
        is_callback=interaction.answer is None,
        is_edit=message is not None,
        kept_files=0 if message is None else len(message.files),
    )


def acknowledge(world: World, interaction: Interaction, body: Body) -> JsonObject:
    """Take the first answer; return what `with_response` shows.

    Raises:
        DiscordError: 404 with code 10062 after three seconds, 400 with code 40060 for a second answer,
            400 with code 50035 for one that breaks a rule.
    """
    if interaction.answer is not None:
        raise errors.already_acknowledged()
    if world.clock() - interaction.dispatched_at > world.settings.answer_within:
        raise errors.unknown_interaction()
    kind = _kind_of(interaction, body)
    data: JsonObject = body.object.get("data") or {}
    resource: JsonObject | None = None
    if kind in _MESSAGES:
        resource = _answer_with_message(world, interaction, body, kind=kind)
    elif kind in _UPDATES:
        resource = _answer_with_update(world, interaction, body, kind=kind)
    elif kind == CallbackType.CHOICES:
        check_choices(data)
        interaction.choices = data["choices"]
    else:
        check_modal(data)
        interaction.modal = Modal(data["custom_id"], data["title"], data["components"])
    interaction.answer = Answer(kind, interaction.age, data)
    return _shown(interaction, resource)


def _kind_of(interaction: Interaction, body: Body) -> CallbackType:
    allowed = _ALLOWED[interaction.type]
    if interaction.type == InteractionType.MODAL and interaction.source is not None:
        allowed = (*allowed, *_UPDATES)
    problems = Problems()
    problems.choice("type", body.object.get("type"), among=tuple(map(int, allowed)))
    problems.raise_if_any()
    return CallbackType(body.object["type"])


def _answer_with_message(
    world: World, interaction: Interaction, body: Body, *, kind: CallbackType
) -> JsonObject | None:
    asked = MessageFlag((body.object.get("data") or {}).get("flags") or 0)
    origin = Origin(
        channel=interaction.channel,
        author=world.bot,
        type=MessageType.COMMAND if interaction.source is None else MessageType.REPLY,
        flags=asked & MessageFlag.EPHEMERAL,
        reply_to=interaction.source,
        interaction=metadata(interaction),
    )
    message = messages.draft(world, origin)
    if kind == CallbackType.DEFERRED_MESSAGE:
        problems = Problems()
        if int(asked) & ~int(MessageFlag.EPHEMERAL):
            problems.add("data.flags", "FLAGS_NOT_SETTABLE", message="Only EPHEMERAL on a defer.")
        problems.raise_if_any()
        message.flags |= MessageFlag.LOADING
    else:
        messages.fill(world, message, body, at=surroundings(interaction))
    interaction.message = message
    messages.publish(world, message)
    if kind == CallbackType.DEFERRED_MESSAGE:
        return None
    return {"type": int(kind), "message": message_payload(message, world.links)}


def _answer_with_update(
    world: World, interaction: Interaction, body: Body, *, kind: CallbackType
) -> JsonObject | None:
    source = interaction.source
    if source is None or source.deleted:
        raise errors.unknown_message()
    interaction.message = source
    if kind == CallbackType.DEFERRED_UPDATE:
        return None
    messages.revise(world, source, body, at=surroundings(interaction, source))
    return {"type": int(kind), "message": message_payload(source, world.links)}


def _shown(interaction: Interaction, resource: JsonObject | None) -> JsonObject:
    facts: JsonObject = {"id": str(interaction.id), "type": int(interaction.type)}
    message = interaction.message
    if message is not None:
        facts |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.loading,
            "response_message_ephemeral": message.ephemeral,
        }
    # Without a resource the key is left out (docs: "Interaction Callback Response Object").
    return {"interaction": facts} | ({} if resource is None else {"resource": resource})
