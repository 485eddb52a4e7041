"""The files that came with the package: loops, cover pictures, and audio files made of samples."""

import functools
import io
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import soundfile
from numpy.typing import NDArray

Samples = NDArray[np.float32]
AudioKind = Literal["mp3", "ogg", "wav"]

RATE: Final = 24_000
BARS: Final = 8  # of every loop: a verse of four, a chorus of four

PARTS: Final = (
    *("Vocals", "Backing Vocals", "Drums", "Bass", "Guitar", "Keyboard"),
    *("Percussion", "Strings", "Synth", "FX", "Brass", "Woodwinds"),
)
"""The twelve stems, in the order in which the API lists them."""

STYLES: Final[Mapping[str, int]] = MappingProxyType({"lofi": 0, "folk": 2, "dance": 5, "rock": 6})
"""Every band, and by how many semitones it plays higher than the slowest."""

_FOLDER: Final = Path(__file__).parent
_COVERS: Final = sorted((_FOLDER / "covers").glob("*.jpeg"))


@functools.cache
def loop(style: str, part: str) -> Samples:
    """The eight bars of one part, with one more sample to interpolate to."""
    name = part.lower().replace(" ", "-")
    samples, _ = soundfile.read(_FOLDER / "loops" / f"{style}-{name}.opus", dtype="float32")
    return np.append(samples, np.float32(0))


def cover(number: int) -> bytes:
    """A picture, a JPEG."""
    return _COVERS[number % len(_COVERS)].read_bytes()


def encode(samples: Samples, kind: AudioKind) -> bytes:
    """An audio file from samples of shape (frames, 2)."""
    file = io.BytesIO()
    if kind == "wav":
        soundfile.write(file, samples, RATE, format="WAV", subtype="PCM_16")
    elif kind == "mp3":
        soundfile.write(file, samples, RATE, format="MP3", subtype="MPEG_LAYER_III", bitrate_mode="VARIABLE")
    else:
        with soundfile.SoundFile(file, "w", RATE, 2, format="OGG", subtype="VORBIS") as ogg:
            # libsndfile hands all it gets to the encoder at once, whose buffer for that lies on the stack.
            for start in range(0, len(samples), RATE):
                ogg.write(samples[start : start + RATE])
    return file.getvalue()
