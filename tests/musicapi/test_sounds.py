"""Each kind of sound under its right suffix, and nothing else."""

import random
import time

import pytest

from musicapi.sounds import HEAD_BYTES, sound_kind
from sandbox import sound

MP3 = (b"\xff\xfb\x90\x64" + bytes(413)) * 6
MP3_OF_MPEG_2 = (b"\xff\xf3\x44\xc4" + bytes(92)) * 6
MP3_OF_MPEG_2_5 = (b"\xff\xe3\x18\xc4" + bytes(68)) * 6
ADTS = (b"\xff\xf1\x50\x80\x0d\x5f\xfc" + bytes(99)) * 6
TAG = b"ID3\x04\x00\x00\x00\x00\x01\x0a" + bytes(138)
OPUS = b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead"
EBML = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08"
NOISE = random.Random(7)  # noqa: S311 - noise, not a secret

SOUNDS = {
    "mp3": (MP3, ".mp3"),
    "mp3 of MPEG 2": (MP3_OF_MPEG_2, ".mp3"),
    "mp3 of MPEG 2.5": (MP3_OF_MPEG_2_5, ".mp3"),
    "mp3 cut in its first frame": (MP3[:100], ".mp3"),
    "mp3 behind zeros": (bytes(1500) + MP3, ".mp3"),
    "mp3 behind a tag": (TAG + MP3, ".mp3"),
    "mp3 behind tags and zeros": (TAG + bytes(700) + TAG + bytes(9) + MP3, ".mp3"),
    "mp3 behind a tag of more than is read": (
        (b"ID3\x04\0\0\x7f\x7f\x7f\x7f").ljust(HEAD_BYTES, b"x"),
        ".mp3",
    ),
    "mp2": ((b"\xff\xfd\x84\x04" + bytes(380)) * 4, ".mp2"),
    "aac": (ADTS, ".aac"),
    "aac behind a tag": (TAG + ADTS, ".aac"),
    "m4a": (b"\x00\x00\x00\x20ftypM4A \x00", ".m4a"),
    "a film": (b"\x00\x00\x00\x20ftypisom\x00" + bytes(90) + b"hdlr" + bytes(8) + b"vide", ".mp4"),
    "m4a with a track of sound": (
        b"\x00\x00\x00\x20ftypM4A \x00" + bytes(90) + b"hdlr" + bytes(8) + b"soun",
        ".m4a",
    ),
    "m4a by another brand": (b"\x00\x00\x00\x20ftypisom\x00", ".m4a"),
    "vorbis": (b"OggS\x00\x02" + bytes(20) + b"\x01\x1e\x01vorbis", ".ogg"),
    "opus": (OPUS, ".ogg"),
    "webm": (EBML + b"\x42\x82\x84webm" + bytes(40), ".webm"),
    "matroska": (EBML + b"\x42\x82\x88matroska" + bytes(40), ".mka"),
    "wav": (b"RIFF\x24\x00\x00\x00WAVEfmt ", ".wav"),
    "wav beyond 4 GiB": (b"RF64\xff\xff\xff\xffWAVEds64", ".wav"),
    "wav of broadcasters": (b"BW64\xff\xff\xff\xffWAVEds64", ".wav"),
    "aiff": (b"FORM\x00\x00\x01\x00AIFFCOMM", ".aiff"),
    "aiff, compressed": (b"FORM\x00\x00\x01\x00AIFCFVER", ".aiff"),
    "flac": (b"fLaC\x00\x00", ".flac"),
    "flac behind a tag": (TAG + b"fLaC\x00\x00", ".flac"),
}
NO_SOUNDS = {
    "nothing": b"",
    "a byte": b"\xff",
    "zeros": bytes(5000),
    "a tag alone": TAG,
    "a tag before noise": TAG + NOISE.randbytes(3000),
    "a tag that never ends": b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + bytes(500),
    "half a tag": b"ID3\x04",
    "noise": NOISE.randbytes(3000),
    "noise that begins like mp3": MP3[:4] + NOISE.randbytes(3000),
    "noise that begins like aac": ADTS[:7] + NOISE.randbytes(3000),
    "two frames, then a page": MP3[:834] + b"<html>" * 200,
    "mp3 and aac by turns": (MP3[:417] + ADTS[:106]) * 4,
    "a page": b"<!doctype html><title>Just a moment...</title>",
    "json": b'{"error":"gone"}',
    "a film in RIFF": b"RIFF\x24\x00\x00\x00AVI LIST",
    "a picture in RIFF": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "a picture in MPEG-4": b"\x00\x00\x00\x20ftypavif\x00",
    "a drawing in FORM": b"FORM\x00\x00\x01\x00ILBMBMHD",
    "WAVE in no RIFF": b"XXXX\x24\x00\x00\x00WAVEfmt ",
    "EBML of another kind": EBML + b"\x42\x82\x84what" + bytes(40),
}


@pytest.mark.parametrize("name", SOUNDS)
def test_a_sound_has_its_suffix(name: str) -> None:
    data, suffix = SOUNDS[name]
    assert sound_kind(data) == suffix


@pytest.mark.parametrize("name", NO_SOUNDS)
def test_what_is_no_sound_has_none(name: str) -> None:
    assert sound_kind(NO_SOUNDS[name]) == ""


def test_noise_is_no_sound_however_it_falls() -> None:
    assert not any(sound_kind(NOISE.randbytes(3000)) for _ in range(2000))


def test_a_file_of_nothing_but_tags_and_zeros_holds_nobody_up() -> None:
    begun = time.process_time()
    assert sound_kind((b"ID3\4" + bytes(7)) * (HEAD_BYTES // 11)) == ""
    assert time.process_time() - begun < 3, "its cost grows with its length, not with the square of it"


@pytest.mark.parametrize("kind", ["mp3", "wav"])
def test_what_the_sandbox_plays_is_sound(kind: sound.AudioKind) -> None:
    song = sound.songs.begin("x", seconds=2.0)
    assert sound_kind(sound.encode(sound.render(song), kind)) == f".{kind}"
