"""The cover of an album: a square of the pictures that its songs have."""

import asyncio
import logging
import math
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from jobs.context import JobContext
from jobs.engine.fetch import kept
from jobs.models import Attachment, Clip
from jobs.rules.attachments import COVER
from musicapi import DownloadFailed

log = logging.getLogger(__name__)

MOST_PICTURES = 9
_PICTURE_BYTES = 2 * 1024 * 1024
# A small file may hold a picture that fills the memory.
_MOST_PIXELS = 16_000_000
_SIDE, _QUALITY = 900, 85


async def draw_cover(context: JobContext, clips: Sequence[Clip], own: Path) -> list[Attachment]:
    """Draw the cover, once; do without one where there are no pictures or it cannot be drawn."""
    path = own / f"{COVER}.jpg"
    if not path.exists():
        urls = list(dict.fromkeys(clip.image_url for clip in clips if clip.image_url))[:MOST_PICTURES]
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(_picture(context, url, own / f"{COVER}-{n}")) for n, url in enumerate(urls)
            ]
        pictures = [found for task in tasks if (found := task.result()) is not None]
        try:
            await asyncio.to_thread(_draw, pictures, path)
        except (ImportError, MemoryError, OSError, ValueError):  # the songs matter more than their picture
            log.exception("the cover of an album cannot be drawn")
    return [Attachment(path.name, path)] if path.exists() else []


async def _picture(context: JobContext, url: str, into: Path) -> Path | None:
    if (before := kept(into.parent, into.name)) is not None:
        return before
    with suppress(DownloadFailed, OSError):
        return await context.downloader.fetch(url, into, max_bytes=_PICTURE_BYTES, image=True)
    return None


def _draw(pictures: Sequence[Path], path: Path) -> None:
    """Put pictures into a square of squares, the first ones again where it is not full."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - loaded only when needed

    squares = []
    for picture in pictures:
        with suppress(OSError, Image.DecompressionBombError), Image.open(picture) as opened:
            if opened.width * opened.height <= _MOST_PIXELS:
                squares.append(ImageOps.fit(opened.convert("RGB"), (_SIDE, _SIDE)))
    if not squares:
        return
    across = math.isqrt(len(squares) - 1) + 1
    each = _SIDE // across
    drawn = Image.new("RGB", (each * across, each * across))
    for cell in range(across * across):
        row, column = divmod(cell, across)
        square = squares[cell % len(squares)].resize((each, each))
        drawn.paste(square, (column * each, row * each))
    partial = path.with_suffix("")
    drawn.save(partial, "JPEG", quality=_QUALITY)
    partial.replace(path)
