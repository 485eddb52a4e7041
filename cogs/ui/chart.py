"""The picture of `/credits server`: spend per day and by member.

The colours are Okabe and Ito's, which people with any kind of colour blindness can tell apart, on the grey of
Discord's dark theme. The letters stay legible where Discord shows the picture at less than half its size.
"""

import asyncio
import logging
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from cogs.text.credit_messages import CHART_TITLES

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

log = logging.getLogger(__name__)

Bars = Sequence[tuple[str, int]]

_SIZE = (990, 396)
_TOP, _BOTTOM = 47, 362
_DAYS_RIGHT, _MEMBERS_LEFT, _MEMBERS_RIGHT = 562, 578, 978
_BACKGROUND, _TEXT, _GRID = "#2b2d31", "#dbdee1", "#4e5058"
_DAYS, _MEMBERS = "#56b4e9", "#e69f00"
_GAP, _INSET = 8, 24
_LABELS = 5
_TALLEST_ROW = 54.0
# How far the scale goes beyond the tallest bar before it takes a longer step.
_HEADROOM = 1.05


async def draw(days: Bars, members: Bars) -> bytes | None:
    """Draw a PNG with a bar a day and a bar a member; None where it cannot be drawn."""
    try:
        return await asyncio.to_thread(render, days, members)
    except (ImportError, MemoryError, OSError):  # the figures and the CSV file matter more than the picture
        log.exception("the picture of the credits cannot be drawn")
        return None


def render(days: Bars, members: Bars) -> bytes:
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - loaded only when needed

    image = Image.new("RGB", _SIZE, _BACKGROUND)
    pen = ImageDraw.Draw(image)
    title, font = ImageFont.load_default(24), ImageFont.load_default(21)
    _draw_members(pen, font, members)
    left = _draw_days(pen, font, days)
    for x, text in zip((left, _MEMBERS_LEFT), CHART_TITLES, strict=True):
        pen.text((x, 22), text, _TEXT, title, anchor="ls")
    into = BytesIO()
    image.save(into, "PNG")
    return into.getvalue()


def scale(most: int) -> list[int]:
    """Choose about five whole numbers for the axis, from 0 on, in steps of 1, 2 or 5 times 10^n."""
    wanted, power = most * _HEADROOM / _LABELS, 1
    while wanted > 10 * power:
        power *= 10
    step = next(power * digit for digit in (1, 2, 5, 10) if power * digit >= wanted)
    return list(range(0, max(most, 1) + 1, step))


def _draw_days(pen: "ImageDraw", font: "ImageFont | FreeTypeFont", days: Bars) -> int:
    """Return where the scale ends and the bars begin."""
    marks = scale(max((amount for _, amount in days), default=0))
    most = max(marks[-1], *(amount for _, amount in days))
    left = round(max(font.getlength(f"{mark:,}") for mark in marks)) + 2 * _GAP
    for mark in marks:
        y = _BOTTOM - (_BOTTOM - _TOP) * mark / most
        pen.line((left, y, _DAYS_RIGHT, y), _GRID)
        pen.text((left - _GAP, y), f"{mark:,}", _TEXT, font, anchor="rm")
    step = (_DAYS_RIGHT - left - 2 * _INSET) / len(days)
    labelled = range(len(days) - 1, -1, -len(days) // _LABELS)  # back from today
    for index, (label, amount) in enumerate(days):
        middle = left + _INSET + step * (index + 0.5)
        if amount:
            top = _BOTTOM - (_BOTTOM - _TOP) * amount / most
            pen.rectangle((middle - step * 0.375, top, middle + step * 0.375 - 1, _BOTTOM), _DAYS)
        if index in labelled:
            pen.text((middle, _BOTTOM + _GAP), label, _TEXT, font, anchor="ma")
    return left


def _draw_members(pen: "ImageDraw", font: "ImageFont | FreeTypeFont", members: Bars) -> None:
    if not members:
        return
    left = _MEMBERS_LEFT + max(font.getlength(name) for name, _ in members) + _GAP
    widest = _MEMBERS_RIGHT - left - max(font.getlength(f"{amount:,}") for _, amount in members) - _GAP
    most = max(1, *(amount for _, amount in members))
    row = min((_BOTTOM - _TOP) / len(members), _TALLEST_ROW)
    for index, (name, amount) in enumerate(members):
        middle, right = _TOP + row * (index + 0.5), left + widest * amount / most
        pen.text((left - _GAP, middle), name, _TEXT, font, anchor="rm")
        if amount:
            pen.rectangle((left, middle - row * 0.35, right, middle + row * 0.35), _MEMBERS)
        pen.text((right + _GAP, middle), f"{amount:,}", _TEXT, font, anchor="lm")
