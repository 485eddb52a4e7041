"""Send slash commands only when they changed: Discord counts creations, and clients reload them."""

import asyncio
import hashlib
import json
import logging
from typing import Any

import discord
from discord import app_commands

from cogs.connection.reasons import reason
from cogs.connection.rest import Limited
from cogs.ui.interactions import TRANSPORT_ERRORS
from jobs.orders.service import JobService
from jobs.store.queries import notes

log = logging.getLogger(__name__)


# The first and the longest wait between two tries.
_PAUSES = (60.0, 3600.0)


async def keep_trying(tree: app_commands.CommandTree[Any], service: JobService) -> None:
    """Register the commands, however long Discord takes none: ever more rarely, and when it asks for that."""
    pause, longest = _PAUSES
    while True:
        asked = 0.0
        try:
            await sync_commands(tree, service)
        except (discord.HTTPException, *TRANSPORT_ERRORS) as error:
            asked = error.retry_after if isinstance(error, Limited) else 0.0
            log.warning("the slash commands were not taken (%s)", reason(error))
        except Exception:
            log.exception("the slash commands could not be registered")
        else:
            return
        wait = max(pause, asked)
        log.info("registering the slash commands again in %.0f s", wait)
        await asyncio.sleep(wait)
        pause = min(pause * 2, longest)


def fingerprint(tree: app_commands.CommandTree[Any]) -> str:
    payloads = (command.to_dict(tree) for command in tree.get_commands())
    commands = sorted(payloads, key=lambda payload: str(payload["name"]))
    return hashlib.sha256(json.dumps(commands, sort_keys=True).encode()).hexdigest()


async def sync_commands(tree: app_commands.CommandTree[Any], service: JobService) -> bool:
    """Send the commands if Discord has others; return whether they were sent. Raises as discord.py does."""
    key = f"commands:{tree.client.application_id}"
    wanted = fingerprint(tree)
    if await service.read(notes.read, key) == wanted and await _known(tree):
        return False
    await tree.sync()
    await service.note(key, wanted)
    log.info("the slash commands were sent to Discord")
    return True


async def _known(tree: app_commands.CommandTree[Any]) -> bool:
    """Whether Discord still has commands of these names: they may have been removed there."""
    try:
        there = {command.name for command in await tree.fetch_commands()}
    except discord.HTTPException:
        return True  # then trust the fingerprint
    return there == {command.name for command in tree.get_commands()}
