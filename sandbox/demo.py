"""The demo: a song, then its stems, played with the real bot and printed on the terminal."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator

import discord
import simcord

from sandbox.world import World

PROMPT = "a slow lofi song about paper lanterns on the river, soft drums, dreamy voice"
_PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.1
_TIMESTAMP = re.compile(r"<t:\d+:R>")
_MENTION = re.compile(r"<@!?\d+>")
_ESCAPE = re.compile(r"\\(?=[^\w\s])|\u200b")


class DemoFailed(Exception):
    """The demo did not end as it should; the text says how."""


async def play(world: World, say: Callable[[str], None]) -> None:
    """Make a song and take it apart; raises `DemoFailed`."""
    printed: set[int] = set()
    await _type(world, say, world.mia, "suno create", prompt=PROMPT)
    song = await _delivery(world, say, printed, audio_files=2)
    clip_id = _clip_of(song)
    await _type(world, say, world.ravi, "stems", clip_id=clip_id)
    await _delivery(world, say, printed, audio_files=2)


async def _type(
    world: World, say: Callable[[str], None], member: simcord.MemberActor, command: str, **options: str
) -> None:
    typed = " ".join(f"{name}: {value}" for name, value in options.items())
    say(f"\n{world.names[member.id]} types  /{command} {typed}")
    started = time.monotonic()
    for _ in range(20):
        await world.when_free()
        try:
            result = await member.slash(world.channel, command, **options)
        except simcord.SetupError:  # the page was being refreshed
            await asyncio.sleep(_POLL_SECONDS)
            continue
        if result.response is None or result.ephemeral:
            raise DemoFailed(f"/{command} was refused: {result.response and result.response.content}")
        say(f"    answered after {(time.monotonic() - started) * 1000:.0f} ms")
        return
    raise DemoFailed(f"/{command} could not be typed: the page was busy")


async def _delivery(
    world: World, say: Callable[[str], None], printed: set[int], *, audio_files: int
) -> discord.Message:
    """Print new messages until one brings at least so many audio files."""
    started = time.monotonic()
    while time.monotonic() - started < _PATIENCE_SECONDS:
        for message in world.messages():
            if message.id in printed or message.author.id != getattr(world.env.bot.user, "id", 0):
                continue
            printed.add(message.id)
            for line in lines(message, names=world.names):
                say(line)
            audio = [file for file in message.attachments if file.filename.endswith(".mp3")]
            if len(audio) >= audio_files:
                return message
        await asyncio.sleep(_POLL_SECONDS)
    raise DemoFailed(f"nothing was delivered within {_PATIENCE_SECONDS:.0f} s")


def _clip_of(message: discord.Message) -> str:
    """The clip that the first button of a delivery is about."""
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    ids = [str(getattr(child, "custom_id", "")) for row in rows for child in row.children]
    try:
        return next(each.split(":")[2] for each in ids if each.startswith("encore:suno.stems_basic:"))
    except StopIteration as error:
        raise DemoFailed("the song came without its buttons") from error


def lines(message: discord.Message, *, names: dict[int, str]) -> Iterator[str]:
    """A message as a reader would see it: text, card, files and buttons."""
    yield f"{message.author.name}{' (reply)' if message.reference else ''}:"
    shown = [message.content] if message.content else []
    for embed in message.embeds:
        fields = "   ".join(f"{field.name}: {field.value}" for field in embed.fields)
        card = "\n".join(filter(None, (embed.title, embed.description, fields)))
        shown += [f"| {line}" for line in card.splitlines()]
    shown += [f"[{file.filename}, {file.size / 1024:,.0f} KiB]" for file in message.attachments]
    for row in (one for one in message.components if isinstance(one, discord.ActionRow)):
        shown.append(" ".join(f"( {getattr(child, 'label', 'What next?')} )" for child in row.children))
    for line in shown:
        text = _MENTION.sub(lambda match: "@" + names.get(int(match[0].strip("<@!>")), "member"), line)
        yield "    " + _ESCAPE.sub("", _TIMESTAMP.sub("in a moment", text)).replace("**", "")
