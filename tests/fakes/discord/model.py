"""The things that exist on the fake: users, guilds, channels, messages, attachments."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any, TypeAlias

from tests.fakes.discord.waiting import DEADLINE, Changes

JsonObject: TypeAlias = dict[str, Any]
MIB = 1024 * 1024


class ChannelType(IntEnum):
    """The kinds of channel that the fake has."""

    TEXT = 0
    DIRECT = 1
    VOICE = 2
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12


class MessageType(IntEnum):
    """The kinds of message that the fake makes."""

    DEFAULT = 0
    THREAD_CREATED = 18
    REPLY = 19
    COMMAND = 20


class MessageFlag(IntFlag):
    """The message flags that change what the fake does."""

    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7


NO_FLAGS = MessageFlag(0)


@dataclass(slots=True, eq=False)
class User:
    """An account; `accepts_direct_messages` is the switch in a person's privacy settings."""

    id: int
    name: str
    is_bot: bool = False
    locale: str = "en-US"
    accepts_direct_messages: bool = True

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(slots=True, eq=False)
class Role:
    """A role of one guild; the one whose id is the guild's is @everyone."""

    id: int
    name: str
    permissions: int
    position: int


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What a channel grants or takes from one role or user."""

    target_id: int
    is_role: bool
    allow: int
    deny: int


@dataclass(slots=True, eq=False)
class GuildMember:
    """That a user is in a guild, since when (seconds), and with which roles."""

    user: User
    joined_at: float
    role_ids: list[int] = field(default_factory=list)


class EventStatus(IntEnum):
    """Where a scheduled event stands."""

    SCHEDULED = 1
    ACTIVE = 2
    COMPLETED = 3
    CANCELED = 4


@dataclass(slots=True, eq=False)
class ScheduledEvent:
    """Something that members of a guild see coming, at a place of any name; times in seconds."""

    id: int
    creator: User
    name: str = ""
    description: str = ""
    location: str = ""
    starts: float = 0.0
    ends: float = 0.0
    status: EventStatus = EventStatus.SCHEDULED


@dataclass(slots=True, eq=False)
class Guild:
    """A server with its roles, members and channels, each by id."""

    id: int
    name: str
    owner_id: int
    locale: str = "en-US"
    premium_tier: int = 0
    roles: dict[int, Role] = field(default_factory=dict, repr=False)
    members: dict[int, GuildMember] = field(default_factory=dict, repr=False)
    channels: dict[int, "Channel"] = field(default_factory=dict, repr=False)
    events: dict[int, ScheduledEvent] = field(default_factory=dict, repr=False)


@dataclass(slots=True, eq=False)
class Attachment:
    """An uploaded file; `referenced` once an embed or a component shows it (then it leaves the list)."""

    id: int
    channel_id: int
    filename: str
    content_type: str
    data: bytes = field(repr=False)
    title: str | None = None
    description: str | None = None
    is_ephemeral: bool = False
    referenced: bool = False

    @property
    def size(self) -> int:
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whom a message pings, after `allowed_mentions` had its say."""

    everyone: bool = False
    user_ids: tuple[int, ...] = ()
    role_ids: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return self.everyone or bool(self.user_ids or self.role_ids)


@dataclass(slots=True, eq=False)
class Message:
    """A message as it stands now."""

    id: int
    channel: "Channel" = field(repr=False)
    author: User = field(repr=False)
    type: MessageType
    created_at: float = field(repr=False)
    content: str = ""
    flags: MessageFlag = NO_FLAGS
    embeds: list[JsonObject] = field(default_factory=list)
    components: list[JsonObject] = field(default_factory=list, repr=False)
    files: list[Attachment] = field(default_factory=list)
    mentions: Mentions = field(default_factory=Mentions, repr=False)
    allowed_mentions: JsonObject | None = field(default=None, repr=False)
    nonce: str | None = None
    reply_to: "Message | None" = field(default=None, repr=False)
    interaction: JsonObject | None = field(default=None, repr=False)
    thread: "Channel | None" = field(default=None, repr=False)
    edited_at: float | None = field(default=None, repr=False)
    deleted: bool = False

    @property
    def ephemeral(self) -> bool:
        return MessageFlag.EPHEMERAL in self.flags

    @property
    def loading(self) -> bool:
        """Whether the member sees "thinking..."."""
        return MessageFlag.LOADING in self.flags

    @property
    def attachments(self) -> list[Attachment]:
        """The files shown on their own, not through an embed or a component."""
        return [file for file in self.files if not file.referenced]


@dataclass(slots=True, eq=False)
class Channel:
    """A text channel, direct channel or thread, with its messages by rising id."""

    id: int
    type: ChannelType
    changes: Changes = field(repr=False)
    name: str = ""
    guild: Guild | None = None
    recipient: User | None = None
    parent: "Channel | None" = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict, repr=False)
    messages: dict[int, Message] = field(default_factory=dict, repr=False)
    owner_id: int = 0
    created_at: float = 0.0
    attachment_size_limit: int = 10 * MIB
    archived: bool = False
    locked: bool = False
    deleted: bool = False

    @property
    def is_thread(self) -> bool:
        return self.type in (ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD)

    @property
    def visible(self) -> list[Message]:
        """The messages that everyone in the channel sees, oldest first."""
        return [m for m in self.messages.values() if not m.deleted and not m.ephemeral]

    async def wait_for_message(
        self, predicate: Callable[[Message], bool] | None = None, *, deadline: float = DEADLINE
    ) -> Message:
        """Return the oldest visible message for which `predicate` holds, waiting for it if need be."""
        return await self.changes.until(
            lambda: next((m for m in self.visible if predicate is None or predicate(m)), None),
            f"such message in #{self.name} (it has {[m.content for m in self.visible]})",
            deadline=deadline,
        )
