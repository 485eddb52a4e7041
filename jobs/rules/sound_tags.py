"""Take out of files of sound what they say of themselves: titles, dates, comments. Pure.

The sound stays byte for byte. Where the place of the rest counts, zeros as long as the tags replace them.
"""

from collections.abc import Iterator

_HEADER, _ID3V1 = 10, 128
# Boxes of MPEG-4 that hold others, and those that hold what the file says of itself.
_NESTING, _TELLING = {b"moov", b"trak"}, {b"udta", b"meta"}
_CHUNKS = {b"LIST", b"id3 ", b"ID3 "}


def without_tags(data: bytes) -> bytes:
    """The same sound without its tags: ID3 of MP3, `udta` and `meta` of MPEG-4, LIST and ID3 of WAV."""
    if data[4:8] == b"ftyp":
        return _blanked(data, _boxes(data, 0, len(data)), b"free")
    if data[:4] == b"RIFF":
        return _blanked(data, _chunks(data), b"JUNK")
    while data[:3] == b"ID3" and len(data) > _HEADER:
        size = sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
        data = data[_HEADER + size :]
    return data[:-_ID3V1] if data[-_ID3V1:][:3] == b"TAG" else data


def _blanked(data: bytes, places: Iterator[tuple[int, int, int]], name: bytes) -> bytes:
    """Give parts, each as (name at, content from, to), another name, and zeros for their content."""
    changed = bytearray(data)
    for at, begin, end in places:
        changed[at : at + 4] = name
        changed[begin:end] = bytes(end - begin)
    return bytes(changed)


def _boxes(data: bytes, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    while start + 8 <= stop:
        size, name = int.from_bytes(data[start : start + 4], "big"), data[start + 4 : start + 8]
        if size == 1:  # it is written with 64 bits behind the name
            size = int.from_bytes(data[start + 8 : start + 16], "big")
        end = start + size if size else stop
        if end > stop or end < start + 8:  # no box
            return
        if name in _TELLING:
            yield start + 4, start + 8, end
        elif name in _NESTING:
            yield from _boxes(data, start + 8, end)
        start = end


def _chunks(data: bytes) -> Iterator[tuple[int, int, int]]:
    start = 12
    while start + 8 <= len(data):
        size, name = int.from_bytes(data[start + 4 : start + 8], "little"), data[start : start + 4]
        end = min(start + 8 + size, len(data))
        if name in _CHUNKS:
            yield start, start + 8, end
        start = end + size % 2
