"""What happens in the channel, as lines on the terminal."""

import re
from collections.abc import Iterator

import discord

_TIMESTAMP = re.compile(r"<t:\d+:R>")
_MENTION = re.compile(r"<@!?\d+>")
_ESCAPE = re.compile(r"\\(?=[^\w\s])|\u200b")


def lines(message: discord.Message, *, names: dict[int, str]) -> Iterator[str]:
    """A message as a reader would see it, one line each for text, card, files and buttons."""
    yield f"{message.author.name}{' (reply)' if message.reference else ''}:"
    if message.content:
        yield "    " + _plain(message.content, names)
    for embed in message.embeds:
        yield f"    | {_plain(embed.title or '', names)}"
        for text in (embed.description or "").splitlines():
            yield f"    | {_plain(text, names)}"
        fields = "   ".join(f"{field.name}: {_plain(field.value or '', names)}" for field in embed.fields)
        if fields:
            yield f"    | {fields}"
    for attachment in message.attachments:
        yield f"    [{_kind(attachment.filename)}] {attachment.filename} ({attachment.size / 1024:,.0f} KiB)"
    for row in message.components:
        if isinstance(row, discord.ActionRow):
            yield "    " + " ".join(f"( {getattr(child, 'label', '')} )" for child in row.children)


def _kind(filename: str) -> str:
    return "picture" if filename.endswith((".jpg", ".jpeg", ".png", ".webp")) else "audio"


def _plain(text: str, names: dict[int, str]) -> str:
    text = _TIMESTAMP.sub("in a moment", text)
    text = _MENTION.sub(lambda match: "@" + names.get(int(match[0].strip("<@!>")), "member"), text)
    return _ESCAPE.sub("", text).replace("**", "")
