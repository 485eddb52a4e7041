"""The least that discord.py can do: one command that answers with a card. For ratios.

Given a file, it inserts one row durably before it answers: `python bench/bare_bot.py rows.db`.
"""

import asyncio
import os
import sys
import time
from contextlib import AsyncExitStack

import aiosqlite
import discord
from discord import app_commands

_TABLE = "CREATE TABLE IF NOT EXISTS song (id INTEGER PRIMARY KEY, user_id INTEGER, prompt TEXT, at REAL)"


async def prepare(rows: aiosqlite.Connection) -> None:
    """Let the file keep what it has said it keeps, through a power cut as well."""
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", _TABLE):
        await rows.execute(statement)
    await rows.commit()


async def main(path: str | None) -> None:
    client = discord.Client(intents=discord.Intents(guilds=True))
    tree = app_commands.CommandTree(client)
    suno = app_commands.Group(name="suno", description="Songs")
    rows: aiosqlite.Connection | None = None

    @suno.command(description="A song from a description")
    async def create(interaction: discord.Interaction, prompt: str) -> None:
        if rows is not None:
            values = (interaction.user.id, prompt, time.time())
            await rows.execute("INSERT INTO song (user_id, prompt, at) VALUES (?, ?, ?)", values)
            await rows.commit()
        view = discord.ui.View()
        view.add_item(discord.ui.Button(label="Cancel", custom_id="cancel"))
        await interaction.response.send_message(
            embed=discord.Embed(title="A song", description=prompt), view=view
        )

    tree.add_command(suno)

    @client.event
    async def setup_hook() -> None:
        await tree.sync()

    async with AsyncExitStack() as stack:
        if path is not None:
            rows = await stack.enter_async_context(aiosqlite.connect(path))
            await prepare(rows)
        await client.start(os.environ["DISCORD_TOKEN"])


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else None))
