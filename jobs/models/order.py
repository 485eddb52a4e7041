"""An order, and where it came from."""

from dataclasses import dataclass, field

from jobs.models.clip import Clip
from musicapi import Params

# Stands for a parameter that a member is still to be asked for: it does as a text and as a time.
UNASKED = "1"


@dataclass(frozen=True, slots=True)
class Order:
    """A member's request.

    Attributes:
        operation: Its name in the profile, such as `suno.create`.
        params: JSON-able values.
        summary: A few of the member's words; shown in lists.
        source_clip_id: The clip that the operation starts from, if any.
        source: This server's record of that clip, if it was read already.
        jam_id: The jam that it is a try for, if it is one.
    """

    operation: str
    params: Params
    summary: str
    source_clip_id: str = ""
    source: Clip | None = field(default=None, compare=False, repr=False)
    jam_id: int | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """The place and member of a command.

    Attributes:
        upload_limit: Discord's limit for a file in this channel, in bytes.
        missing_permissions: Those that the bot lacks to deliver here, in Discord's words.
        parent_id: A thread's channel; 0 for a channel.
        interaction: What Discord calls the command, button or form; one that comes again orders nothing new.
            Empty for what the bot does by itself.
    """

    guild_id: int
    channel_id: int
    user_id: int
    upload_limit: int
    missing_permissions: tuple[str, ...] = ()
    role_ids: tuple[int, ...] = ()
    parent_id: int = 0
    interaction: str = ""
