"""Everything that exists on the fake, and the one place where it is brought into being."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tests.fakes.discord.clock import Clock
from tests.fakes.discord.commands import CommandRegistry
from tests.fakes.discord.compose import Composer
from tests.fakes.discord.endpoint import Endpoint
from tests.fakes.discord.events import Event
from tests.fakes.discord.links import Links
from tests.fakes.discord.model import (
    Attachment,
    Channel,
    ChannelType,
    Guild,
    GuildMember,
    JsonObject,
    Overwrite,
    Role,
    User,
)
from tests.fakes.discord.nonces import Nonces
from tests.fakes.discord.payloads import (
    channel_payload,
    guild_create_payload,
    role_payload,
)
from tests.fakes.discord.permissions import EVERYONE, NOTHING, Permission
from tests.fakes.discord.settings import FakeDiscordSettings
from tests.fakes.discord.snowflakes import Snowflakes
from tests.fakes.discord.waiting import Changes

if TYPE_CHECKING:
    from tests.fakes.discord.interactions import Interaction

# A bot that was just invited introduces itself; in these servers it has been for long.
_MEMBER_FOR = 90 * 24 * 3600.0


class World:
    """Holds the guilds, users, messages and interactions, and tells the gateway of each change."""

    def __init__(self, settings: FakeDiscordSettings, clock: Clock, *, changes: Changes) -> None:
        self.settings = settings
        self.clock = clock
        self.changes = changes
        self.new_id = Snowflakes(clock).next
        self.links = Links(clock, settings.attachment_lifetime, settings.cdn)
        self.composer = Composer(self.new_id, self.links)
        self.nonces = Nonces(clock, settings.nonce_window)
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.attachments: dict[int, Attachment] = {}
        self.interactions: dict[str, Interaction] = {}
        self.listeners: list[Callable[[Event], None]] = []
        self.endpoint = Endpoint(clock, changes)
        self.bot = self.add_user("bot", is_bot=True)
        self.owner = self.add_user("owner")
        self.commands = CommandRegistry(self.bot.id, self.new_id)
        self.messages_created = 0
        self.messages_folded = 0

    def emit(self, event: Event) -> None:
        """Send an event to the bot and wake whoever waits for the world to change."""
        if event.name == "INTERACTION_CREATE" and self.endpoint.url:
            self.endpoint.send(event)
            return
        for listener in self.listeners:
            listener(event)
        self.changes.announce()

    def add_user(self, name: str, *, is_bot: bool = False) -> User:
        """Return a new account that is in no guild."""
        user = User(self.new_id(), name, is_bot=is_bot)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, *, bot_permissions: Permission = EVERYONE) -> Guild:
        """Return a new guild that the bot is in, owned by a user who takes no part."""
        guild = Guild(self.new_id(), name, self.owner.id)
        guild.roles[guild.id] = Role(guild.id, "@everyone", EVERYONE, position=0)
        self.guilds[guild.id] = guild
        bot_role = self._new_role(guild, "bot", bot_permissions)
        for user, roles in ((self.owner, []), (self.bot, [bot_role.id])):
            guild.members[user.id] = GuildMember(user, self.clock() - _MEMBER_FOR, roles)
        self.emit(Event("GUILD_CREATE", guild_create_payload(guild, self.bot.id)))
        return guild

    def _new_role(self, guild: Guild, name: str, permissions: Permission) -> Role:
        role = Role(self.new_id(), name, permissions, position=len(guild.roles))
        guild.roles[role.id] = role
        return role

    def add_role(self, guild: Guild, name: str, *, permissions: Permission = NOTHING) -> Role:
        """Return a new role of a guild, above all others."""
        role = self._new_role(guild, name, permissions)
        data = {"guild_id": str(guild.id), "role": role_payload(role)}
        self.emit(Event("GUILD_ROLE_CREATE", data))
        return role

    def join(self, guild: Guild, user: User, *, roles: Iterable[Role] = ()) -> GuildMember:
        """Let a user into a guild."""
        member = GuildMember(user, self.clock(), [role.id for role in roles])
        guild.members[user.id] = member
        return member

    def add_channel(self, guild: Guild, name: str, kind: ChannelType = ChannelType.TEXT) -> Channel:
        """Return a new channel of a guild, for text unless said otherwise."""
        channel = Channel(self.new_id(), kind, self.changes, name, guild, created_at=self.clock())
        self._keep_channel(channel)
        self.tell_of_channel("CHANNEL_CREATE", channel)
        return channel

    def add_thread(self, parent: Channel, name: str, *, thread_id: int, kind: ChannelType) -> Channel:
        """Return a new thread; one that grows from a message has the message's id."""
        thread = Channel(
            thread_id,
            kind,
            self.changes,
            name,
            parent.guild,
            parent=parent,
            owner_id=self.bot.id,
            created_at=self.clock(),
            attachment_size_limit=parent.attachment_size_limit,
        )
        self._keep_channel(thread)
        self.tell_of_channel("THREAD_CREATE", thread, newly_created=True)
        return thread

    def direct_channel(self, user: User) -> Channel:
        """Return the one direct channel between the bot and a user."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(
            self.new_id(), ChannelType.DIRECT, self.changes, recipient=user, created_at=self.clock()
        )
        self._keep_channel(channel)
        return channel

    def _keep_channel(self, channel: Channel) -> None:
        self.channels[channel.id] = channel
        if channel.guild is not None:
            channel.guild.channels[channel.id] = channel

    def set_overwrite(self, channel: Channel, overwrite: Overwrite) -> None:
        """Grant or take rights in one channel."""
        channel.overwrites[overwrite.target_id] = overwrite
        self.tell_of_channel("CHANNEL_UPDATE", channel)

    def delete_channel(self, channel: Channel) -> None:
        """Remove a channel; from then on it answers 10003."""
        channel.deleted = True
        self.tell_of_channel("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", channel)

    def remove_bot(self, guild: Guild) -> None:
        """Kick the bot out of a guild."""
        del guild.members[self.bot.id]
        self.emit(Event("GUILD_DELETE", {"id": str(guild.id)}))

    def tell_of_channel(self, name: str, channel: Channel, **more: object) -> None:
        """Send an event about a channel or thread of a guild."""
        if channel.guild is None:
            return
        data: JsonObject = channel_payload(channel) | more
        self.emit(Event(name, data))
