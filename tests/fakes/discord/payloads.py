"""How the fake's things look in JSON, field by field as Discord documents them."""

from datetime import UTC, datetime

from tests.fakes.discord.links import Links
from tests.fakes.discord.model import (
    Attachment,
    Channel,
    ChannelType,
    Guild,
    GuildMember,
    JsonObject,
    Message,
    Overwrite,
    Role,
    User,
)


def timestamp(seconds: float) -> str:
    """Return seconds since 1970 in the ISO 8601 form of Discord's answers."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def user_payload(user: User) -> JsonObject:
    return {
        "id": str(user.id),
        "username": user.name,
        "discriminator": "0",
        "global_name": None,
        "avatar": None,
        "bot": user.is_bot,
        "system": False,
        "banner": None,
        "accent_color": None,
        "flags": 0,
        "public_flags": 0,
        **dict.fromkeys(("primary_guild", "avatar_decoration_data", "collectibles")),
    }


def member_payload(member: GuildMember, *, with_user: bool = True) -> JsonObject:
    payload: JsonObject = {
        **dict.fromkeys(("nick", "avatar", "banner")),
        "roles": [str(role_id) for role_id in member.role_ids],
        "joined_at": timestamp(member.joined_at),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
    }
    if with_user:
        payload["user"] = user_payload(member.user)
    return payload


def role_payload(role: Role) -> JsonObject:
    return {
        "id": str(role.id),
        "name": role.name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": role.position,
        "permissions": str(role.permissions),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def _overwrite_payload(overwrite: Overwrite) -> JsonObject:
    return {
        "id": str(overwrite.target_id),
        "type": 0 if overwrite.is_role else 1,
        "allow": str(overwrite.allow),
        "deny": str(overwrite.deny),
    }


def channel_payload(channel: Channel) -> JsonObject:
    newest = max(channel.messages, default=None)
    payload: JsonObject = {
        "id": str(channel.id),
        "type": int(channel.type),
        "flags": 0,
        "last_message_id": None if newest is None else str(newest),
    }
    if channel.recipient is not None:
        return payload | {"recipients": [user_payload(channel.recipient)]}
    payload |= {"name": channel.name, "rate_limit_per_user": 0, "nsfw": False}
    if channel.guild is not None:
        payload["guild_id"] = str(channel.guild.id)
    if channel.is_thread and channel.parent is not None:
        return payload | _thread_fields(channel, channel.parent)
    if channel.type is ChannelType.VOICE:
        payload |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None, "video_quality_mode": 1}
    return payload | {
        "position": 0,
        "parent_id": None,
        "topic": None,
        "permission_overwrites": [_overwrite_payload(o) for o in channel.overwrites.values()],
        "default_auto_archive_duration": 1440,
    }


def _thread_fields(thread: Channel, parent: Channel) -> JsonObject:
    return {
        "parent_id": str(parent.id),
        "owner_id": str(thread.owner_id),
        "message_count": len(thread.messages),
        "member_count": 1,
        "total_message_sent": len(thread.messages),
        "thread_metadata": {
            "archived": thread.archived,
            "locked": thread.locked,
            "auto_archive_duration": 1440,
            "archive_timestamp": timestamp(thread.created_at),
            "create_timestamp": timestamp(thread.created_at),
        },
    }


# Fields of a guild that are the same for all of them here.
_OF_EVERY_GUILD: JsonObject = {
    **dict.fromkeys(("icon", "splash", "discovery_splash", "banner", "description", "application_id")),
    **dict.fromkeys(("afk_channel_id", "system_channel_id", "rules_channel_id", "vanity_url_code")),
    **dict.fromkeys(("public_updates_channel_id", "safety_alerts_channel_id")),
    **dict.fromkeys(("verification_level", "explicit_content_filter", "mfa_level", "nsfw_level"), 0),
    **dict.fromkeys(("premium_subscription_count", "system_channel_flags"), 0),
    **dict.fromkeys(("premium_progress_bar_enabled", "nsfw"), False),
    "emojis": [],
    "stickers": [],
    "features": [],
    "region": "deprecated",
    "afk_timeout": 300,
    "default_message_notifications": 1,
}


def guild_payload(guild: Guild) -> JsonObject:
    return _OF_EVERY_GUILD | {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner_id),
        "roles": [role_payload(role) for role in guild.roles.values()],
        "preferred_locale": guild.locale,
        "premium_tier": guild.premium_tier,
    }


def guild_create_payload(guild: Guild, bot_id: int) -> JsonObject:
    """Return the body of GUILD_CREATE; of the members only the bot, as without the members intent."""
    channels = [c for c in guild.channels.values() if not c.deleted]
    return guild_payload(guild) | {
        "joined_at": timestamp(guild.members[bot_id].joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_payload(guild.members[bot_id])],
        "channels": [channel_payload(c) for c in channels if not c.is_thread],
        "threads": [channel_payload(c) for c in channels if c.is_thread],
        **{name: [] for name in ("voice_states", "presences", "stage_instances", "soundboard_sounds")},
        "guild_scheduled_events": [],
    }


def attachment_payload(attachment: Attachment, links: Links) -> JsonObject:
    url = links.to_attachment(attachment)
    payload: JsonObject = {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": attachment.size,
        "url": url,
        "proxy_url": url,
        "content_type": attachment.content_type,
        "flags": 0,
    }
    if attachment.title is not None:
        payload["title"] = attachment.title
    if attachment.description is not None:
        payload["description"] = attachment.description
    if attachment.is_ephemeral:
        payload["ephemeral"] = True
    return payload


def message_payload(message: Message, links: Links, *, with_reference: bool = True) -> JsonObject:
    """Return a message as REST and gateway show it, without its nonce, which only creation echoes."""
    guild = message.channel.guild
    members = {} if guild is None else guild.members
    known = [members[user_id].user for user_id in message.mentions.user_ids if user_id in members]
    payload: JsonObject = {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "type": int(message.type),
        "author": user_payload(message.author),
        "content": message.content,
        "timestamp": timestamp(message.created_at),
        "edited_timestamp": None if message.edited_at is None else timestamp(message.edited_at),
        "tts": False,
        "pinned": False,
        "flags": int(message.flags),
        "mention_everyone": message.mentions.everyone,
        "mentions": [user_payload(user) for user in known],
        "mention_roles": [str(role_id) for role_id in message.mentions.role_ids],
        "attachments": [attachment_payload(a, links) for a in message.attachments],
        "embeds": message.embeds,
        "components": message.components,
    }
    if message.interaction is not None:
        application_id = str(message.author.id)
        payload |= {"application_id": application_id, "webhook_id": application_id}
        payload["interaction_metadata"] = message.interaction
    if message.thread is not None:
        payload["thread"] = channel_payload(message.thread)
    if with_reference and message.reply_to is not None:
        payload |= _reference_fields(message.reply_to, links)
    return payload


def _reference_fields(original: Message, links: Links) -> JsonObject:
    reference: JsonObject = {
        "type": 0,
        "message_id": str(original.id),
        "channel_id": str(original.channel.id),
    }
    if original.channel.guild is not None:
        reference["guild_id"] = str(original.channel.guild.id)
    shown = None if original.deleted else message_payload(original, links, with_reference=False)
    return {"message_reference": reference, "referenced_message": shown}
