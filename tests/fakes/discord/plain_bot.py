"""A bot on plain discord.py that knows nothing of the fake: the other party of these tests."""

import asyncio
import io
import os
from typing import Any

import discord
from discord import app_commands

FRUITS = ["apple", "apricot", "banana", "cherry"]


class Lyrics(discord.ui.Modal, title="Lyrics"):
    """A form with two lines of text."""

    words: discord.ui.Label[Any] = discord.ui.Label(
        text="Words", component=discord.ui.TextInput(custom_id="words", max_length=20)
    )
    mood: discord.ui.Label[Any] = discord.ui.Label(
        text="Mood", component=discord.ui.TextInput(custom_id="mood", required=False)
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        words, mood = self.words.component, self.mood.component
        await interaction.response.send_message(f"{words} ({mood})")


client = discord.Client(intents=discord.Intents(guilds=True))
tree = app_commands.CommandTree(client)
songs = app_commands.Group(name="song", description="Songs")
tree.add_command(songs)


@tree.command(description="Answers at once")
async def ping(interaction: discord.Interaction) -> None:
    embed = discord.Embed(title="pong").set_image(url="attachment://cover art.png".replace(" ", "_"))
    await interaction.response.send_message(
        embed=embed, file=discord.File(io.BytesIO(b"png"), "cover art.png")
    )
    shown = (await interaction.original_response()).embeds[0].image.url or ""
    await interaction.followup.send(f"cover at {shown}")


@tree.command(description="Answers one member only")
async def whisper(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("psst", ephemeral=True)
    await interaction.followup.send("psst again", ephemeral=True)


@tree.command(description="Answers twice over, which is refused")
async def twice(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("once")
    interaction._cs_response = discord.InteractionResponse(interaction)  # type: ignore[attr-defined]  # a slot that its type hides: forget the answer
    try:
        await interaction.response.send_message("twice")
    except discord.HTTPException as error:
        await interaction.edit_original_response(content=f"HTTP {error.status} {error.code}")


@tree.command(description="Asks for a form to be filled in")
async def lyrics(interaction: discord.Interaction) -> None:
    await interaction.response.send_modal(Lyrics())


@tree.command(description="Completes what is typed")
async def fruit(interaction: discord.Interaction, name: str) -> None:
    await interaction.response.send_message(name)


@fruit.autocomplete("name")
async def fruit_names(_interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f, value=f) for f in FRUITS if f.startswith(typed)]


@songs.command(name="create", description="Repeats what it was given")
async def song_create(
    interaction: discord.Interaction,
    prompt: app_commands.Range[str, 1, 100],
    style: discord.Attachment | None = None,
    singer: discord.Member | None = None,
) -> None:
    heard = "" if style is None else style.filename
    name = "nobody" if singer is None else singer.name
    limit = interaction.filesize_limit
    await interaction.response.send_message(f"{prompt}, {heard}, {name}, {limit}")


@tree.command(description="Calls most of what a bot can ask for, and tells what came back")
async def tour(interaction: discord.Interaction) -> None:
    await interaction.response.defer(thinking=True)
    guild = await client.fetch_guild(interaction.guild_id or 0)
    channel = await client.fetch_channel(interaction.channel_id or 0)
    if not isinstance(channel, discord.TextChannel):
        raise TypeError(f"not a text channel: {channel!r}")
    owner = (await client.application_info()).owner
    names = [known.name async for known in client.fetch_guilds()]
    sent = await channel.send("draft", file=discord.File(io.BytesIO(b"1"), "one.mp3"))
    edited = await sent.edit(content="final", attachments=[])
    again = await channel.fetch_message(sent.id)
    facts = [guild.name, channel.name, owner.name, *names, again.content, len(edited.attachments)]
    await interaction.edit_original_response(content=str(facts))


async def main() -> None:
    discord.utils.setup_logging()

    @client.event
    async def setup_hook() -> None:
        await tree.sync()

    async with client:
        await client.start(os.environ["DISCORD_TOKEN"])


asyncio.run(main())
