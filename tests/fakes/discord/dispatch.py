"""Sends INTERACTION_CREATE with everything that Discord puts into it."""

import base64
import hashlib
from dataclasses import dataclass, field

from tests.fakes.discord.events import Event
from tests.fakes.discord.interactions import Interaction, InteractionType
from tests.fakes.discord.model import Channel, JsonObject, Message, User
from tests.fakes.discord.payloads import channel_payload, member_payload, message_payload, user_payload
from tests.fakes.discord.permissions import in_channel
from tests.fakes.discord.world import World


@dataclass(frozen=True, slots=True)
class Act:
    """What a member does, before it has become an interaction; `changed` are members of its event."""

    type: InteractionType
    user: User
    channel: Channel
    data: JsonObject
    source: Message | None = None
    parent: Interaction | None = None
    changed: JsonObject = field(default_factory=dict)


def dispatch(world: World, act: Act) -> Interaction:
    """Make an interaction of an act and send it to every session."""
    interaction_id = world.new_id()
    interaction = Interaction(
        id=interaction_id,
        token=_token(interaction_id),
        type=act.type,
        user=act.user,
        channel=act.channel,
        data=act.data,
        dispatched_at=world.clock(),
        source=act.source,
        parent=act.parent,
    )
    world.interactions[interaction.token] = interaction
    send(world, interaction, **act.changed)
    return interaction


def send(world: World, interaction: Interaction, **changed: object) -> None:
    """Send the event of an interaction, for the first time or again, with some of its members changed."""
    world.emit(Event("INTERACTION_CREATE", {**_payload(world, interaction), **changed}))


def _token(interaction_id: int) -> str:
    random = hashlib.sha512(str(interaction_id).encode()).hexdigest()
    return base64.urlsafe_b64encode(f"interaction:{interaction_id}:{random}".encode()).decode().rstrip("=")


def _payload(world: World, interaction: Interaction) -> JsonObject:
    channel, user = interaction.channel, interaction.user
    rights = str(int(in_channel(channel, user.id)))
    payload: JsonObject = {
        "id": str(interaction.id),
        "application_id": str(world.bot.id),
        "type": int(interaction.type),
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel_id": str(channel.id),
        "channel": channel_payload(channel) | {"permissions": rights},
        "app_permissions": str(int(in_channel(channel, world.bot.id))),
        "locale": user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "attachment_size_limit": channel.attachment_size_limit,
    }
    if interaction.source is not None:
        payload["message"] = message_payload(interaction.source, world.links)
    if channel.guild is None:
        return payload | {
            "user": user_payload(user),
            "context": 1,
            "authorizing_integration_owners": {"0": "0"},
        }
    guild = channel.guild
    return payload | {
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
        "guild_locale": guild.locale,
        "member": member_payload(guild.members[user.id]) | {"permissions": rights},
        "context": 0,
        "authorizing_integration_owners": {"0": str(guild.id)},
    }
