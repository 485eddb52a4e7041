"""Sound as files, the way the API delivers it."""

import io
from typing import Final

import soundfile

from sandbox.sound.score import SAMPLE_RATE
from sandbox.sound.waves import Samples

_COMPRESSION: Final = 0.3
"""On libsndfile's scale from 0 to 1; with a variable bit rate this comes to about 155 kbit/s (measured)."""


def encode_mp3(samples: Samples) -> bytes:
    """An MP3 file of samples of shape (frames, 2), about 20 kB per second of sound."""
    file = io.BytesIO()
    soundfile.write(
        file,
        samples,
        SAMPLE_RATE,
        format="MP3",
        subtype="MPEG_LAYER_III",
        compression_level=_COMPRESSION,
        bitrate_mode="VARIABLE",
    )
    return file.getvalue()


def encode_wav(samples: Samples) -> bytes:
    """A WAV file of 16 bit from samples of shape (frames, 2), 192 kB per second of sound."""
    file = io.BytesIO()
    soundfile.write(file, samples, SAMPLE_RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


def encode_ogg(samples: Samples) -> bytes:
    """An Ogg Vorbis file of samples of shape (frames, 2), about 14 kB per second of sound."""
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", SAMPLE_RATE, 2, format="OGG", subtype="VORBIS") as ogg:
        # libsndfile hands all it gets to the encoder at once, whose buffer for that lies on the stack.
        for start in range(0, len(samples), SAMPLE_RATE):
            ogg.write(samples[start : start + SAMPLE_RATE])
    return file.getvalue()
