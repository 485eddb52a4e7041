"""What a member asks for, and from where."""

from dataclasses import dataclass, field

from jobs.models.clip import Clip
from musicapi import Params


@dataclass(frozen=True, slots=True)
class Order:
    """What a member asks for.

    Attributes:
        operation: The name of the operation in the profile, such as `suno.create`.
        params: Its parameters, as JSON-able values.
        summary: What was asked, in a few of the member's own words; shown in lists.
        source_clip_id: The clip that the operation starts from; empty where there is none.
        source: What this server knows of that clip, where it was read already.
    """

    operation: str
    params: Params
    summary: str
    source_clip_id: str = ""
    source: Clip | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a command came from, and what holds there.

    Attributes:
        upload_limit: Bytes that one file may have in this channel, as Discord says it.
        missing_permissions: What the bot lacks to deliver here, in Discord's words; empty when all is well.
        role_ids: The member's roles.
        parent_id: The channel that a thread belongs to; 0 for a channel.
    """

    guild_id: int
    channel_id: int
    user_id: int
    upload_limit: int
    missing_permissions: tuple[str, ...] = ()
    role_ids: tuple[int, ...] = ()
    parent_id: int = 0
