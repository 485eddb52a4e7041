"""Send a member a direct message, which Discord lets them close."""

from typing import Any

import discord

# Closed, or no server in common any more.
_CLOSED = frozenset({50007, 50278})


class DirectMessagesClosed(Exception):
    """The member takes no direct messages from the bot."""


async def send_direct(client: discord.Client, user_id: int, **content: Any) -> None:  # noqa: ANN401 - discord.py's own
    """Send one message to a member alone.

    Raises:
        DirectMessagesClosed: They take none.
        discord.HTTPException: As discord.py does.
    """
    opened = await client.http.start_private_message(user_id)
    try:
        await client.get_partial_messageable(int(opened["id"])).send(**content)
    except discord.HTTPException as error:
        if error.code in _CLOSED:
            raise DirectMessagesClosed from None
        raise
