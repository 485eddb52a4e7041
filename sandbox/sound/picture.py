"""A cover picture: colours and shapes drawn by the seed, and the title."""

import colorsys
import io
import unicodedata
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from sandbox.sound.seeds import pick, stream

SIDE: Final = 512
"""Width and height in pixels."""

_MARGIN: Final = 34
_QUALITY: Final = 88
_MOST_LINES: Final = 3
_SPELLED: Final = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae"})

_Plane = NDArray[np.float64]


def cover(seed_text: str, title: str) -> bytes:
    """A square JPEG of 512 pixels for a song; the same texts give the same picture.

    Pillow's own font writes the title. It knows little beyond ASCII: accents are left off, and a title in
    another script leaves the picture without words.
    """
    rng = stream(seed_text, "cover")
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    colours = _palette(rng)
    image = _sky(x, y, colours, rng)
    pick(rng, (_hills, _rings, _lights, _waves))(image, x, y, colours, rng)
    image += rng.normal(0, 0.012, (SIDE, SIDE, 1))  # grain hides the steps of the gradients
    image *= (1 - 0.75 * np.clip((y - 0.62) / 0.38, 0, 1) ** 1.5)[..., None]  # the ground of the title
    picture = Image.fromarray((np.clip(image, 0, 1) * 255).astype(np.uint8))
    _write(ImageDraw.Draw(picture), title)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def _palette(rng: np.random.Generator) -> tuple[_Plane, ...]:
    """Deep, middle, bright and accent: three neighbours on the wheel of hues and one from across."""
    hue = rng.uniform()
    turn = pick(rng, (0.09, -0.09, 0.14, -0.14))
    steps = ((0.0, 0.75, 0.28), (turn, 0.7, 0.62), (2 * turn, 0.5, 0.95), (0.5 + turn, 0.65, 0.98))
    return tuple(
        np.array(colorsys.hsv_to_rgb((hue + shift) % 1, depth, light)) for shift, depth, light in steps
    )


def _sky(x: _Plane, y: _Plane, colours: tuple[_Plane, ...], rng: np.random.Generator) -> _Plane:
    """A gradient from deep to bright, slightly bent."""
    angle = rng.uniform(-0.5, 0.5)
    along = np.clip(
        y * np.cos(angle) + (x - 0.5) * np.sin(angle) + 0.06 * np.sin(5 * x + rng.uniform(0, 6)), 0, 1
    )
    along = along[..., None]
    lower = np.clip(2 * along - 1, 0, 1)
    return _mixed(_mixed(colours[0], colours[1], np.clip(2 * along, 0, 1)), colours[2], lower**1.3)


def _hills(
    image: _Plane, x: _Plane, y: _Plane, colours: tuple[_Plane, ...], rng: np.random.Generator
) -> None:
    """A sun behind ranges that get darker towards the eye."""
    _disc(
        image, x, y, centre=(rng.uniform(0.25, 0.75), rng.uniform(0.3, 0.45)), radius=0.17, colour=colours[3]
    )
    for number in range(5):
        height = np.full_like(x, 0.48 + 0.1 * number)
        for octave in (1, 2, 4):
            height = height + 0.07 / octave * np.sin(
                2 * np.pi * octave * x * rng.uniform(0.6, 1.3) + rng.uniform(0, 6)
            )
        inside = _edge(y - height, 0.004)[..., None]
        image[:] = _mixed(image, _mixed(colours[1], colours[0] * 0.6, number / 4), inside * 0.94)


def _rings(
    image: _Plane, x: _Plane, y: _Plane, colours: tuple[_Plane, ...], rng: np.random.Generator
) -> None:
    """A record: grooves around a bright label, lit from one side."""
    cx, cy = rng.uniform(0.35, 0.65), rng.uniform(0.36, 0.46)
    radius = np.hypot(x - cx, y - cy)
    light = 0.5 + 0.5 * np.cos(2 * np.arctan2(y - cy, x - cx) + rng.uniform(0, 6))
    groove = 0.5 + 0.5 * np.cos(2 * np.pi * radius * pick(rng, (28, 36, 44)))
    body = _edge(0.36 - radius, 0.004)[..., None]
    black = (
        colours[0] * 0.35 + (0.10 * groove * light**3)[..., None] + 0.22 * (light**6)[..., None] * colours[2]
    )
    image[:] = _mixed(image, black, body)
    _disc(image, x, y, centre=(cx, cy), radius=0.13, colour=colours[3])
    _disc(image, x, y, centre=(cx, cy), radius=0.014, colour=colours[0] * 0.4)


def _lights(
    image: _Plane, x: _Plane, y: _Plane, colours: tuple[_Plane, ...], rng: np.random.Generator
) -> None:
    """Lights out of focus, added to what is behind them."""
    for _ in range(26):
        cx, cy, size = rng.uniform(-0.05, 1.05), rng.uniform(0, 0.8), rng.uniform(0.02, 0.13)
        radius = np.hypot(x - cx, y - cy)
        glow = 0.75 * _edge(size - radius, 0.012) + 0.5 * np.exp(-(((radius - size) / 0.012) ** 2))
        image += (rng.uniform(0.1, 0.4) * glow)[..., None] * pick(rng, colours[1:])


def _waves(
    image: _Plane, x: _Plane, y: _Plane, colours: tuple[_Plane, ...], rng: np.random.Generator
) -> None:
    """Bright lines like the trace of a sound, each a little behind the other."""
    phase, bend = rng.uniform(0, 6), rng.uniform(1.5, 3)
    _disc(image, x, y, centre=(0.5, 0.4), radius=0.24, colour=colours[3])
    for number in range(16):
        share = number / 15
        swell = 0.13 * np.sin(np.pi * x) ** 2 * np.sin(2 * np.pi * bend * x + phase + 2.2 * share)
        line = np.abs(y - 0.14 - 0.5 * share - swell * (0.3 + share))
        colour = _mixed(colours[2], np.ones(3), 0.5)
        image[:] = _mixed(image, colour, (0.75 * np.exp(-((line / 0.0035) ** 2)))[..., None])


def _disc(
    image: _Plane, x: _Plane, y: _Plane, *, centre: tuple[float, float], radius: float, colour: _Plane
) -> None:
    distance = np.hypot(x - centre[0], y - centre[1])
    image += (0.35 * np.exp(-((distance / (2 * radius)) ** 2)))[..., None] * colour
    shade = 1.08 - 0.35 * np.clip((y - centre[1]) / radius, -1, 1)
    image[:] = _mixed(image, colour * shade[..., None], _edge(radius - distance, 0.003)[..., None])


def _edge(inside: _Plane, width: float) -> _Plane:
    """1 where `inside` is positive, 0 where it is negative, soft over `width`."""
    return np.clip(inside / width + 0.5, 0, 1)


def _mixed(one: _Plane, other: _Plane, share: _Plane | float) -> _Plane:
    result: _Plane = one + share * (other - one)
    return result


def _write(draw: ImageDraw.ImageDraw, title: str) -> None:
    """The title at the lower left in the largest size that takes at most three lines."""
    for size in (58, 48, 40, 33, 27):
        try:
            font = ImageFont.load_default(size)
        except ImportError:  # a Pillow without FreeType has no font of a chosen size
            return
        lines = _lines(_drawable(title, font), font)
        if len(lines) <= _MOST_LINES and all(font.getlength(line) <= SIDE - 2 * _MARGIN for line in lines):
            break
    top = SIDE - _MARGIN - 1.12 * size * len(lines)
    for number, line in enumerate(lines):
        place = (_MARGIN, top + 1.12 * size * number)
        draw.text((place[0] + 2, place[1] + 2), line, fill=(0, 0, 0), font=font)
        draw.text(place, line, fill=(250, 248, 242), font=font)


def _drawable(title: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    """The title in the characters that the font has, letters without their accents."""
    unknown = bytes(font.getmask("\uffff"))
    plain = unicodedata.normalize("NFKD", " ".join(title.split()).translate(_SPELLED))
    return "".join(c for c in plain if c == " " or bytes(font.getmask(c)) != unknown)


def _lines(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= SIDE - 2 * _MARGIN:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
