"""What a file says of itself is gone, and its sound is where it was."""

from jobs.rules.sound_tags import without_tags

SECRET, SOUND = b"by mia, in secret", b"\xff\xfbsound and nothing else"


def box(name: bytes, content: bytes, *, wide: bool = False) -> bytes:
    if wide:
        return (1).to_bytes(4, "big") + name + (len(content) + 16).to_bytes(8, "big") + content
    return (len(content) + 8).to_bytes(4, "big") + name + content


def chunk(name: bytes, content: bytes) -> bytes:
    return name + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)


def test_an_mp3_loses_what_stands_before_and_behind_its_sound() -> None:
    before = b"ID3\x04\x00\x00" + bytes([0, 0, 0, len(SECRET)]) + SECRET
    behind = b"TAG" + SECRET.ljust(125, b"\0")
    assert without_tags(before + before + SOUND + behind) == SOUND


def test_an_m4a_keeps_its_places_whatever_stands_before_its_tags() -> None:
    tags = box(b"moov", box(b"trak", box(b"udta", SECRET)) + box(b"meta", SECRET)) + box(b"meta", SECRET)
    for wide in (False, True):
        file = box(b"ftyp", b"M4A ") + box(b"mdat", SOUND, wide=wide) + tags
        cleaned = without_tags(file)
        assert SECRET not in cleaned, wide
        assert cleaned[: -len(tags)] == file[: -len(tags)]
        assert len(cleaned) == len(file)


def test_a_wav_keeps_its_places() -> None:
    body = chunk(b"fmt ", b"f" * 15) + chunk(b"LIST", SECRET) + chunk(b"data", SOUND) + chunk(b"id3 ", SECRET)
    file = chunk(b"RIFF", b"WAVE" + body)
    cleaned = without_tags(file)
    assert SECRET not in cleaned
    assert SOUND in cleaned
    assert len(cleaned) == len(file)


def test_what_is_cut_short_or_no_sound_is_no_error() -> None:
    for data in (b"", b"ID3", box(b"ftyp", b"M4A ")[:-2], b"\0\0\0\1ftyp\0", b"RIFF\xff\xff\xff\xffWAVELIST"):
        assert len(without_tags(data)) <= len(data)
