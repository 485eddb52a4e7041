"""The least that discord.py can do: one command that answers with a card. For ratios."""

import asyncio
import os

import discord
from discord import app_commands


async def main() -> None:
    client = discord.Client(intents=discord.Intents(guilds=True))
    tree = app_commands.CommandTree(client)
    suno = app_commands.Group(name="suno", description="Songs")

    @suno.command(description="A song from a description")
    async def create(interaction: discord.Interaction, prompt: str) -> None:
        view = discord.ui.View()
        view.add_item(discord.ui.Button(label="Cancel", custom_id="cancel"))
        await interaction.response.send_message(
            embed=discord.Embed(title="A song", description=prompt), view=view
        )

    tree.add_command(suno)

    @client.event
    async def setup_hook() -> None:
        await tree.sync()

    await client.start(os.environ["DISCORD_TOKEN"])


asyncio.run(main())
