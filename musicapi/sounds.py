"""Kinds of sound, known by their bytes and not by their names: what a file calls itself decides nothing."""

import re
from collections.abc import Iterator
from itertools import islice

# What a caller should read of a long file: tags with a picture stand before the sound.
HEAD_BYTES = 1024 * 1024

# Where a signature stands, the signature, and the suffix of the file.
_CONTAINERS = (
    (0, b"OggS", ".ogg"),
    (0, b"fLaC", ".flac"),
    (8, b"WAVE", ".wav"),
    (8, b"AIFF", ".aiff"),
    (8, b"AIFC", ".aiff"),
    (4, b"ftyp", ".m4a"),
)
_CHUNKED = {b"WAVE": (b"RIFF", b"RF64", b"BW64"), b"AIFF": (b"FORM",), b"AIFC": (b"FORM",)}
# Pictures share their container with MPEG-4 sound.
_PICTURES = (b"avif", b"avis", b"heic", b"heix", b"hevc", b"mif1", b"msf1")
# How a track of MPEG-4 says that it is a film. Where the tracks are listed at the end of a long file, that is
# not seen, and the sound alone counts.
_FILM = re.compile(rb"hdlr.{8}vide", re.DOTALL)
_NO_ZERO = re.compile(rb"[^\0]")
_EBML, _DOCTYPES = b"\x1a\x45\xdf\xa3", {b"\x42\x82\x84webm": ".webm", b"\x42\x82\x88matroska": ".mka"}
# Noise passes for one header now and then; it does not pass for a chain of them.
_IN_A_ROW = 4
# kbit/s of MPEG 1 and of MPEG 2 and 2.5, for layer III and II.
_III = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_II = (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
_LOW = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_HERTZ = (44100, 48000, 32000)


def sound_kind(data: bytes) -> str:
    """The right suffix for a file of sound that begins so, such as ".mp3"; empty for what is no sound.

    Args:
        data: The whole file, or its first `HEAD_BYTES`.
    """
    start = _after_tags(data)
    if start >= len(data) > 0:  # a tag that is longer than what was read: only MPEG sound has such
        return ".mp3" if data[:3] == b"ID3" and len(data) >= HEAD_BYTES else ""
    suffix = _container(data[start : start + 64])
    if suffix == ".m4a" and _FILM.search(data, start):
        return ".mp4"
    return suffix or _framed(data, start)


def _after_tags(data: bytes) -> int:
    """Where the sound begins: encoders put ID3 tags and zeros before it."""
    start = 0
    while True:
        while data[start : start + 3] == b"ID3" and len(data) >= start + 10:
            size = data[start + 6 : start + 10]
            start += 10 + sum(byte << shift for byte, shift in zip(size, (21, 14, 7, 0), strict=True))
        sound = _NO_ZERO.search(data, start)  # where it stands: a copy for each tag would take half a minute
        after = sound.start() if sound else len(data)
        if after == start or _container(data[start : start + 64]):
            return start
        start = after


def _container(head: bytes) -> str:
    for place, mark, suffix in _CONTAINERS:
        if head[place : place + 4] != mark or head[:4] not in _CHUNKED.get(mark, (head[:4],)):
            continue
        return "" if mark == b"ftyp" and head[8:12] in _PICTURES else suffix
    if head.startswith(_EBML):
        return next((suffix for mark, suffix in _DOCTYPES.items() if mark in head), "")
    return ""


def _framed(data: bytes, start: int) -> str:
    """MPEG sound has no header of its own, only frames: each says where the next one begins."""
    kinds = list(islice(_frames(data, start), _IN_A_ROW))
    return kinds[0] if kinds and "" not in kinds and len(set(kinds)) == 1 else ""


def _frames(data: bytes, start: int) -> Iterator[str]:
    """The kind of each frame that begins within the data; empty for what is no frame."""
    while start + 4 <= len(data):
        suffix, length = _frame(data[start : start + 6])
        yield suffix
        start += length or len(data)


def _frame(head: bytes) -> tuple[str, int]:
    """The suffix and the length of a frame; neither where there is none."""
    if head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004 - the sync word of the standard
        return "", 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if layer == 0 and version > 1:  # AAC in ADTS, whose sync word is longer
        known = head[2] >> 2 & 15 < 13 and len(head) >= 6  # noqa: PLR2004 - sampling rates of the standard
        length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5 if known else 0
        return (".aac", length) if length > 7 else ("", 0)  # noqa: PLR2004 - its header
    rate, hertz = (head[2] >> 4) - 1, head[2] >> 2 & 3
    if version == 1 or layer not in (1, 2) or not 0 <= rate < len(_III) or hertz == len(_HERTZ):
        return "", 0
    newest = version == 3  # noqa: PLR2004 - MPEG 1 in the standard's own count
    table = (_III if layer == 1 else _II) if newest else _LOW
    samples = 1152 if newest or layer == 2 else 576  # noqa: PLR2004 - as above
    frequency = _HERTZ[hertz] >> {3: 0, 2: 1, 0: 2}[version]
    length = samples // 8 * table[rate] * 1000 // frequency + (head[2] >> 1 & 1)
    return (".mp3" if layer == 1 else ".mp2"), length
