"""The `resolved` part of an interaction: users, channels, roles and files that its values name."""

import mimetypes
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.fakes.discord.model import Attachment, Channel, JsonObject, Role, User
from tests.fakes.discord.payloads import (
    attachment_payload,
    channel_payload,
    member_payload,
    role_payload,
    user_payload,
)
from tests.fakes.discord.permissions import in_channel
from tests.fakes.discord.world import World


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a member hands to the bot."""

    filename: str
    data: bytes = field(repr=False)
    content_type: str | None = None
    title: str | None = None


Entity: TypeAlias = User | Channel | Role | Upload


class Resolver:
    """Collects what an interaction refers to, as seen from one channel."""

    def __init__(self, world: World, channel: Channel) -> None:
        self._world = world
        self._channel = channel
        self._parts: JsonObject = {}

    def add(self, entity: Entity) -> str:
        """Take an entity in and return its id."""
        if isinstance(entity, User):
            self._put("users", entity.id, user_payload(entity))
            guild = self._channel.guild
            if guild is not None and entity.id in guild.members:
                member = member_payload(guild.members[entity.id], with_user=False)
                rights = int(in_channel(self._channel, entity.id))
                self._put("members", entity.id, member | {"permissions": str(rights)})
            return str(entity.id)
        if isinstance(entity, Role):
            self._put("roles", entity.id, role_payload(entity))
        elif isinstance(entity, Channel):
            rights = int(in_channel(entity, self._world.bot.id))
            self._put("channels", entity.id, channel_payload(entity) | {"permissions": str(rights)})
        else:
            attachment = self._keep(entity)
            payload = attachment_payload(attachment, self._world.links)
            self._put("attachments", attachment.id, payload)
            return str(attachment.id)
        return str(entity.id)

    def _put(self, part: str, entity_id: int, payload: JsonObject) -> None:
        self._parts.setdefault(part, {})[str(entity_id)] = payload

    def _keep(self, upload: Upload) -> Attachment:
        guessed = mimetypes.guess_type(upload.filename)[0] or "application/octet-stream"
        attachment = Attachment(
            id=self._world.new_id(),
            channel_id=self._channel.id,
            filename=upload.filename,
            content_type=upload.content_type or guessed,
            data=upload.data,
            title=upload.title,
            is_ephemeral=True,
        )
        self._world.attachments[attachment.id] = attachment
        return attachment

    def payload(self) -> JsonObject:
        """Return the `resolved` field, or nothing where no value named anything."""
        return {"resolved": self._parts} if self._parts else {}
