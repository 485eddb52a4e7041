"""What members are called, asked of Discord: the bot keeps no members in its cache."""

import asyncio
import time
from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Any

import discord

from cogs.ui.base_bot import BaseBot
from cogs.ui.interactions import TRANSPORT_ERRORS

# A report waits so long for names; whoever is not found by then goes without.
_SECONDS = 1.5
_AT_ONCE, _MOST_ASKED = 5, 50
_KEPT, _KEPT_SECONDS = 5000, 3600.0


class MemberNames:
    """Names of members in their servers, remembered for an hour."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[str, float]] = {}

    async def of(self, bot: BaseBot, guild_id: int, user_ids: Collection[int]) -> Mapping[int, str]:
        """Return the names of these members, the first ones first where there are many; some may lack."""
        heard = {
            one: bot.heard_names[guild_id, one] for one in user_ids if (guild_id, one) in bot.heard_names
        }
        wanted, now = list(dict.fromkeys(one for one in user_ids if one not in heard)), time.monotonic()
        self._known = {key: one for key, one in self._known.items() if one[1] > now}
        unknown = [user_id for user_id in wanted if (guild_id, user_id) not in self._known]
        turn = asyncio.Semaphore(_AT_ONCE)
        asking = [asyncio.create_task(self._ask(bot, guild_id, one, turn)) for one in unknown[:_MOST_ASKED]]
        if asking:
            _, late = await asyncio.wait(asking, timeout=_SECONDS)
            for task in late:
                task.cancel()
        found = {user_id: self._known.get((guild_id, user_id)) for user_id in wanted}
        return heard | {user_id: one[0] for user_id, one in found.items() if one}

    async def _ask(self, bot: BaseBot, guild_id: int, user_id: int, turn: asyncio.Semaphore) -> None:
        async with turn:
            try:
                name = await _name(bot, guild_id, user_id)
            except (discord.HTTPException, *TRANSPORT_ERRORS):
                return
        while len(self._known) >= _KEPT:
            del self._known[next(iter(self._known))]
        self._known[guild_id, user_id] = (name, time.monotonic() + _KEPT_SECONDS)


async def _name(bot: BaseBot, guild_id: int, user_id: int) -> str:
    """The name in the server; for one who has left, the name in Discord."""
    member: Mapping[str, Any]
    user: Mapping[str, Any]
    try:
        member = await bot.http.get_member(guild_id, user_id)
        user = member["user"]
    except discord.HTTPException as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        member, user = {}, await bot.http.get_user(user_id)
    return str(member.get("nick") or user.get("global_name") or user["username"])
