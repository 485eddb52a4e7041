"""Slash commands are sent to Discord only when they changed: it counts creations, and clients reload them."""

import hashlib
import json
import logging
from typing import Any, Protocol

import discord
from discord import app_commands

log = logging.getLogger(__name__)


class Notes(Protocol):
    """Where the fingerprint of the last sync is remembered."""

    async def note(self, key: str) -> str | None:
        """A fact noted earlier."""

    async def write_note(self, key: str, value: str) -> None:
        """Note a fact."""


def fingerprint(tree: app_commands.CommandTree[Any]) -> str:
    """What the commands look like to Discord, in short."""
    commands = sorted(
        (command.to_dict(tree) for command in tree.get_commands()), key=lambda c: str(c["name"])
    )
    return hashlib.sha256(json.dumps(commands, sort_keys=True).encode()).hexdigest()


async def sync_commands(tree: app_commands.CommandTree[Any], notes: Notes) -> bool:
    """Send the commands to Discord if they are not what it has; whether they were sent.

    Raises:
        discord.HTTPException: Discord did not take them.
    """
    key = f"commands:{tree.client.application_id}"
    wanted = fingerprint(tree)
    if await notes.note(key) == wanted and await _known(tree):
        return False
    await tree.sync()
    await notes.write_note(key, wanted)
    log.info("the slash commands were sent to Discord")
    return True


async def _known(tree: app_commands.CommandTree[Any]) -> bool:
    """Whether Discord still has commands of these names: somebody may have removed them there."""
    try:
        there = {command.name for command in await tree.fetch_commands()}
    except discord.HTTPException:
        return True  # the fingerprint is the better witness
    return there == {command.name for command in tree.get_commands()}
