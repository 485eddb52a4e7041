"""Who may do what, where: Discord's own algorithm over roles and overwrites (docs: topics/permissions)."""

from enum import IntFlag

from tests.fakes.discord.model import Channel, Guild


class Permission(IntFlag):
    """The rights that the fake looks at, by Discord's names and bits."""

    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    CREATE_EVENTS = 1 << 44


NOTHING = Permission(0)
EVERYTHING = Permission((1 << 53) - 1)
EVERYONE = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
IN_DIRECT_MESSAGES = EVERYONE | Permission.MENTION_EVERYONE | Permission.USE_EXTERNAL_EMOJIS


def in_guild(guild: Guild, user_id: int) -> Permission:
    """Return what a user may do in a guild before any channel's overwrites; nothing for strangers."""
    member = guild.members.get(user_id)
    if member is None:
        return NOTHING
    granted = Permission(guild.roles[guild.id].permissions)
    for role_id in member.role_ids:
        granted |= Permission(guild.roles[role_id].permissions)
    if user_id == guild.owner_id or Permission.ADMINISTRATOR in granted:
        return EVERYTHING
    return granted


def in_channel(channel: Channel, user_id: int) -> Permission:
    """Return what a user may do in a channel; a thread takes its parent's overwrites."""
    if channel.guild is None:
        return IN_DIRECT_MESSAGES
    granted = in_guild(channel.guild, user_id)
    if granted == EVERYTHING or user_id not in channel.guild.members:
        return granted
    overwrites = (channel.parent or channel).overwrites
    role_ids = channel.guild.members[user_id].role_ids
    for targets in ([channel.guild.id], role_ids, [user_id]):
        layer = [overwrites[target] for target in targets if target in overwrites]
        for overwrite in layer:
            granted &= ~Permission(overwrite.deny)
        for overwrite in layer:
            granted |= Permission(overwrite.allow)
    # Without the view of a channel every other right in it is void.
    return granted if Permission.VIEW_CHANNEL in granted else NOTHING
