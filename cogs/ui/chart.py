"""The picture of `/credits server`: spend per day and by member.

The colours are Okabe and Ito's, which people with any kind of colour blindness can tell apart, on the grey of
Discord's dark theme. The letters stay legible where Discord shows the picture at less than half its size.
"""

import asyncio
import logging
import unicodedata
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from cogs.text.credit_messages import CHART_TITLES, place

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

log = logging.getLogger(__name__)

Bars = Sequence[tuple[str, int]]

# Discord shows it at 300 to 550 pixels of width.
_SIZE = (990, 495)
_TOP, _BOTTOM = 60, 448
_DAYS_RIGHT, _MEMBERS_LEFT, _MEMBERS_RIGHT = 532, 560, 978
_TITLE_SIZE, _TEXT_SIZE = 31, 28
_BACKGROUND, _TEXT, _GRID = "#2b2d31", "#dbdee1", "#4e5058"
_DAYS, _MEMBERS = "#56b4e9", "#e69f00"
_GAP, _INSET = 8, 24
_LABELS, _DAYS_NAMED = 5, 4
_TALLEST_ROW, _WIDEST_NAME = 54.0, 190.0
_DOTS = "..."
_NO_LETTER = "\uffff"
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
    title, font = ImageFont.load_default(_TITLE_SIZE), ImageFont.load_default(_TEXT_SIZE)
    _draw_members(pen, font, members)
    left = _draw_days(pen, font, days)
    for x, text in zip((left, _MEMBERS_LEFT), CHART_TITLES, strict=True):
        pen.text((x, 31), text, _TEXT, title, anchor="ls")
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
    room = (_DAYS_RIGHT - left) // (max(font.getlength(label) for label, _ in days) + 2 * _GAP)
    named = max(1, min(_DAYS_NAMED, int(room)))
    labelled = range(len(days) - 1, -1, -len(days) // named)  # back from today
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
    names = [_fitting(font, name) or place(number) for number, (name, _) in enumerate(members, 1)]
    left = _MEMBERS_LEFT + max(font.getlength(name) for name in names) + _GAP
    widest = _MEMBERS_RIGHT - left - max(font.getlength(f"{amount:,}") for _, amount in members) - _GAP
    most = max(1, *(amount for _, amount in members))
    row = min((_BOTTOM - _TOP) / len(members), _TALLEST_ROW)
    for index, (name, (_, amount)) in enumerate(zip(names, members, strict=True)):
        middle, right = _TOP + row * (index + 0.5), left + max(widest, 0) * amount / most
        pen.text((left - _GAP, middle), name, _TEXT, font, anchor="rm")
        if amount:
            pen.rectangle((left, middle - row * 0.35, right, middle + row * 0.35), _MEMBERS)
        pen.text((right + _GAP, middle), f"{amount:,}", _TEXT, font, anchor="lm")


def _fitting(font: "ImageFont | FreeTypeFont", name: str) -> str:
    """Cut a name to its column, without accents; empty where Pillow's own font lacks a letter of it."""
    plain = (one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    name = " ".join("".join(plain).split())
    missing = bytes(font.getmask(_NO_LETTER))
    if any(bytes(font.getmask(letter)) == missing for letter in set(name) - {" "}):
        return ""
    if font.getlength(name) <= _WIDEST_NAME:
        return name
    while name and font.getlength(name + _DOTS) > _WIDEST_NAME:
        name = name[:-1].rstrip()
    return name + _DOTS
