"""The demo: a song, then its stems, played with the real bot and printed on the terminal."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator

import discord
from simcord.actors import MemberActor

from sandbox.acts import PATIENCE_SECONDS, ActFailed, Acts, clip_of
from sandbox.world import World

PROMPT = "a slow lofi song about paper lanterns on the river, soft drums, dreamy voice"
_POLL_SECONDS = 0.1
_TIMESTAMP = re.compile(r"<t:\d+:R>")
_MENTION = re.compile(r"<@!?\d+>")
_ESCAPE = re.compile(r"\\(?=[^\w\s])|\u200b")


async def play(world: World, say: Callable[[str], None]) -> None:
    """Make a song and take it apart; raises `ActFailed`."""
    acts = Acts(world, say)
    printed: set[int] = set()
    await _order(acts, world.mia, "suno create", prompt=PROMPT)
    song = await _delivery(world, say, printed, audio_files=2)
    await _order(acts, world.ravi, "stems", clip_id=clip_of(song))
    await _delivery(world, say, printed, audio_files=2)


async def _order(acts: Acts, who: MemberActor, command: str, **options: object) -> None:
    result = await acts.type(who, command, **options)
    if result.response is None or result.ephemeral:
        raise ActFailed(f"/{command} was refused: {result.response and result.response.content}")


async def _delivery(
    world: World, say: Callable[[str], None], printed: set[int], *, audio_files: int
) -> discord.Message:
    """Print new messages until one brings at least so many audio files."""
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE_SECONDS:
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
    raise ActFailed(f"nothing was delivered within {PATIENCE_SECONDS:.0f} s")


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
