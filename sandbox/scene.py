"""The opening scene: a song, then its stems, played with the real bot and told on the terminal."""

import asyncio
import time
from collections.abc import Callable

import discord
import simcord

from sandbox.town import Town, when_free
from sandbox.transcript import lines

PROMPT = "a slow lofi song about paper lanterns on the river, soft drums, dreamy voice"
_PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.1
_TRIES = 20

Say = Callable[[str], None]


class SceneFailed(Exception):
    """The scene did not end as it should; the text says how."""


async def play(place: Town, say: Say) -> discord.Message:
    """Make a song and take it apart; the message with the stems.

    Raises:
        SceneFailed: Something did not arrive.
    """
    told: set[int] = set()
    await _type(place, say, place.mia, "suno create", prompt=PROMPT)
    song = await _delivery(place, say, told, audio_files=2)
    clip_id = _clip_of(song)
    await _type(place, say, place.ravi, "stems", clip_id=clip_id, tracks="full")
    first = await _delivery(place, say, told, audio_files=1)
    await _delivery(place, say, told, audio_files=1)
    return first


async def _type(place: Town, say: Say, member: simcord.MemberActor, command: str, **options: str) -> None:
    typed = " ".join(f"{name}: {value}" for name, value in options.items())
    say(f"\n{place.name_of(member)} types  /{command} {typed}")
    started = time.monotonic()
    for _ in range(_TRIES):
        await when_free(place)
        try:
            result = await member.slash(place.channel, command, **options)
        except simcord.SetupError:  # the page was being refreshed
            await asyncio.sleep(_LOOK_SECONDS)
            continue
        if result.response is None:
            raise SceneFailed(f"/{command} was not answered")
        if result.ephemeral:
            raise SceneFailed(f"/{command} was refused: {result.response.content}")
        say(f"    answered after {(time.monotonic() - started) * 1000:.0f} ms")
        return
    raise SceneFailed(f"/{command} could not be typed: the page was busy")


async def _delivery(place: Town, say: Say, told: set[int], *, audio_files: int) -> discord.Message:
    """Tell new messages until one brings at least so many audio files."""
    names = place.names
    started = time.monotonic()
    while time.monotonic() - started < _PATIENCE_SECONDS:
        for message in place.messages():
            if message.id in told or message.author.id != getattr(place.env.bot.user, "id", 0):
                continue
            told.add(message.id)
            for line in lines(message, names=names):
                say(line)
            audio = [file for file in message.attachments if file.filename.endswith(".mp3")]
            if len(audio) >= audio_files:
                return message
        await asyncio.sleep(_LOOK_SECONDS)
    raise SceneFailed(f"nothing was delivered within {_PATIENCE_SECONDS:.0f} s")


def _clip_of(message: discord.Message) -> str:
    """The clip that the first button of a delivery is about."""
    for row in message.components:
        for child in row.children if isinstance(row, discord.ActionRow) else ():
            custom_id = getattr(child, "custom_id", None) or ""
            if custom_id.startswith("encore:suno.stems_basic:"):
                return str(custom_id.split(":")[2])
    raise SceneFailed("the song came without its buttons")
