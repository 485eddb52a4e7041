"""The genres: which tempos, scales, patterns and instruments go together."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


def listed(words: str) -> frozenset[str]:
    """The words of a list written with spaces."""
    return frozenset(words.split())


@dataclass(frozen=True, slots=True)
class Genre:
    """The habits of a genre.

    Attributes:
        words: Words in a description that mean it.
        tempo: Slowest and fastest usual tempo in quarter notes per minute.
        scales: Scales, the likelier ones repeated.
        beats: Names of drum patterns in `sandbox.sound.patterns`.
        bass: Names of bass lines there.
        guitar: Names of accompaniments there.
        keys: Names of accompaniments there.
        patches: Per part, the instruments that fit.
        leads: Parts that take the tune of an instrumental.
        swing: 0 is straight; 0.33 makes triplets of pairs.
        grid: Length in beats of the notes that swing, 0.5 or 0.25.
        chord_size: 3 for triads, 4 for sevenths, 5 for ninths.
        pump: How much the kick ducks the sustained parts.
    """

    words: frozenset[str]
    tempo: tuple[float, float]
    scales: tuple[str, ...]
    beats: tuple[str, ...]
    bass: tuple[str, ...]
    guitar: tuple[str, ...]
    keys: tuple[str, ...]
    patches: Mapping[str, tuple[str, ...]]
    leads: tuple[str, ...]
    swing: float = 0.0
    grid: float = 0.5
    chord_size: int = 3
    pump: float = 0.0


_USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "Vocals": ("soprano", "alto", "tenor"),
    "Backing Vocals": ("soprano choir", "alto choir"),
    "Drums": ("studio kit",),
    "Bass": ("finger bass",),
    "Guitar": ("steel guitar", "clean guitar"),
    "Keyboard": ("piano", "electric piano"),
    "Percussion": ("hand percussion",),
    "Strings": ("string ensemble", "warm strings"),
    "Synth": ("pluck synth", "glass synth", "square synth"),
    "FX": ("bright effects",),
    "Brass": ("brass section", "french horn", "muted trumpet"),
    "Woodwinds": ("flute", "clarinet", "oboe"),
}

GENRES: Final[Mapping[str, Genre]] = MappingProxyType(
    {
        "pop": Genre(
            words=listed("pop summer hit catchy radio"),
            tempo=(96, 120),
            scales=("major", "major", "mixolydian", "minor"),
            beats=("backbeat", "half time", "four"),
            bass=("eighths", "syncopated"),
            guitar=("strum", "arpeggio"),
            keys=("push", "block"),
            patches=_USUAL,
            leads=("Synth", "Guitar", "Keyboard"),
        ),
        "lofi": Genre(
            words=listed("lofi lo-fi chill chillhop study relax hiphop hip-hop rap trap rainy"),
            tempo=(72, 88),
            scales=("dorian", "minor", "major"),
            beats=("boom bap", "half time"),
            bass=("roots", "syncopated"),
            guitar=("arpeggio", "sparse"),
            keys=("block", "push"),
            patches={
                **_USUAL,
                "Vocals": ("alto", "soprano"),
                "Drums": ("dusty kit",),
                "Bass": ("deep bass", "upright bass"),
                "Guitar": ("jazz guitar", "nylon guitar"),
                "Keyboard": ("electric piano", "felt piano"),
                "Percussion": ("dusty percussion",),
                "Strings": ("tape strings",),
                "Synth": ("glass synth",),
                "FX": ("dark effects",),
                "Brass": ("muted trumpet", "french horn"),
                "Woodwinds": ("flute", "saxophone"),
            },
            leads=("Keyboard", "Guitar", "Woodwinds"),
            swing=0.2,
            grid=0.25,
            chord_size=5,
        ),
        "jazz": Genre(
            words=listed("jazz jazzy swing bebop blues bluesy soul smoky bossa saxophone sax"),
            tempo=(100, 136),
            scales=("major", "dorian", "mixolydian"),
            beats=("swing",),
            bass=("walking",),
            guitar=("sparse", "offbeat"),
            keys=("push", "sparse"),
            patches={
                **_USUAL,
                "Vocals": ("alto", "tenor"),
                "Drums": ("brush kit",),
                "Bass": ("upright bass",),
                "Guitar": ("jazz guitar",),
                "Keyboard": ("piano", "electric piano"),
                "Synth": ("glass synth",),
                "Strings": ("warm strings",),
                "FX": ("dark effects",),
                "Brass": ("muted trumpet", "brass section"),
                "Woodwinds": ("saxophone", "clarinet"),
            },
            leads=("Brass", "Woodwinds", "Keyboard"),
            swing=0.3,
            chord_size=4,
        ),
        "rock": Genre(
            words=listed("rock punk metal grunge indie guitar garage loud angry epic"),
            tempo=(112, 142),
            scales=("minor", "mixolydian", "major", "dorian"),
            beats=("rock", "backbeat"),
            bass=("eighths",),
            guitar=("power", "strum"),
            keys=("block",),
            patches={
                **_USUAL,
                "Vocals": ("tenor", "alto"),
                "Drums": ("rock kit",),
                "Guitar": ("driven guitar",),
                "Keyboard": ("organ", "piano"),
                "Synth": ("wide synth", "square synth"),
                "Brass": ("brass section",),
            },
            leads=("Guitar",),
        ),
        "folk": Genre(
            words=listed("folk acoustic country campfire lullaby sea shanty celtic bluegrass"),
            tempo=(86, 108),
            scales=("major", "major", "mixolydian", "dorian"),
            beats=("train", "half time"),
            bass=("root and fifth", "roots"),
            guitar=("arpeggio", "strum"),
            keys=("sparse", "block"),
            patches={
                **_USUAL,
                "Drums": ("brush kit",),
                "Bass": ("upright bass",),
                "Guitar": ("steel guitar", "nylon guitar"),
                "Keyboard": ("felt piano", "piano"),
                "Strings": ("warm strings", "string ensemble"),
                "Synth": ("glass synth",),
                "Brass": ("french horn",),
            },
            leads=("Woodwinds", "Guitar"),
        ),
        "dance": Genre(
            words=listed("dance edm house techno disco club party trance electronic funk rave"),
            tempo=(118, 128),
            scales=("minor", "dorian", "major"),
            beats=("four",),
            bass=("offbeat", "octaves"),
            guitar=("offbeat",),
            keys=("stabs", "push"),
            patches={
                **_USUAL,
                "Vocals": ("soprano", "alto"),
                "Drums": ("machine",),
                "Bass": ("synth bass",),
                "Guitar": ("clean guitar",),
                "Keyboard": ("piano", "organ"),
                "Synth": ("pluck synth", "wide synth", "square synth"),
                "Brass": ("brass section",),
            },
            leads=("Synth", "Keyboard"),
            pump=0.55,
        ),
        "synthwave": Genre(
            words=listed("synthwave retro 80s neon cyberpunk space night drive future robot"),
            tempo=(92, 112),
            scales=("minor", "minor", "dorian"),
            beats=("backbeat", "four"),
            bass=("eighths", "octaves"),
            guitar=("sparse", "power"),
            keys=("block", "push"),
            patches={
                **_USUAL,
                "Drums": ("machine",),
                "Bass": ("synth bass",),
                "Guitar": ("clean guitar", "driven guitar"),
                "Keyboard": ("electric piano", "organ"),
                "Strings": ("tape strings",),
                "Synth": ("wide synth", "square synth"),
                "Woodwinds": ("saxophone", "flute"),
            },
            leads=("Synth", "Woodwinds"),
            pump=0.3,
        ),
        "ballad": Genre(
            words=listed("ballad piano orchestral orchestra classical cinematic ambient wedding love"),
            tempo=(68, 84),
            scales=("major", "minor", "major"),
            beats=("half time",),
            bass=("roots", "root and fifth"),
            guitar=("arpeggio",),
            keys=("arpeggio", "block"),
            patches={
                **_USUAL,
                "Vocals": ("soprano", "alto"),
                "Guitar": ("nylon guitar",),
                "Keyboard": ("piano", "felt piano"),
                "Strings": ("string ensemble", "warm strings"),
                "Synth": ("glass synth",),
                "FX": ("dark effects",),
                "Brass": ("french horn",),
                "Woodwinds": ("oboe", "flute"),
            },
            leads=("Strings", "Woodwinds", "Keyboard"),
        ),
    }
)
"""Every genre by name."""
