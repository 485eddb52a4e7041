"""What Nuro lets one choose from, and its lengths.

Source: the sister product's pages "Create Nuro music" and "Create Nuro BGM" (docs.musicapi.ai).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LYRICS_LIMIT: Final = 2000
DESCRIPTION_LIMIT: Final = 200
"""Characters of a description for version v2.0."""
MOST_CHOICES: Final = 5

# fmt: off
VOCAL: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "gender": (
        "Female", "Male",
    ),
    "genre": (
        "Folk", "Pop", "Rock", "Chinese Style", "Hip Hop/Rap", "R&B/Soul", "Punk", "Electronic", "Jazz",
        "Reggae", "DJ", "Pop Punk", "Disco", "Future Bass", "Pop Rap", "Trap Rap", "R&B Rap",
        "Chinoiserie Electronic", "GuFeng Music", "Pop Rock", "Jazz Pop", "Bossa Nova", "Contemporary R&B",
    ),
    "mood": (
        "Happy", "Dynamic/Energetic", "Sentimental/Melancholic/Lonely", "Inspirational/Hopeful",
        "Nostalgic/Memory", "Excited", "Sorrow/Sad", "Chill", "Romantic", "Miss", "Groovy/Funky",
        "Dreamy/Ethereal", "Calm/Relaxing",
    ),
    "timbre": (
        "Warm", "Bright", "Husky", "Electrified voice", "Sweet_AUDIO_TIMBRE", "Cute_AUDIO_TIMBRE",
        "Loud and sonorous", "Powerful", "Sexy/Lazy",
    ),
})
"""The fields of a sung song, of which each takes one of these."""

BGM: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "genre": (
        "corporate", "dance/edm", "orchestral", "chill out", "rock", "hip hop", "folk", "funk", "ambient",
        "holiday", "jazz", "kids", "world", "travel", "commercial", "advertising", "driving", "cinematic",
        "upbeat", "epic", "inspiring", "business", "video game", "dark", "pop", "trailer", "modern",
        "electronic", "documentary", "soundtrack", "fashion", "acoustic", "movie", "tv", "high tech",
        "industrial", "dance", "video", "vlog", "marketing", "game", "radio", "promotional", "sports",
        "party", "summer", "beauty",
    ),
    "mood": (
        "positive", "uplifting", "energetic", "happy", "bright", "optimistic", "hopeful", "cool", "dreamy",
        "fun", "light", "powerful", "calm", "confident", "joyful", "dramatic", "peaceful", "playful",
        "soft", "groovy", "reflective", "easy", "relaxed", "lively", "smooth", "romantic", "intense",
        "elegant", "mellow", "emotional", "sentimental", "cheerful happy", "contemplative", "soothing",
        "proud", "passionate", "sweet", "mystical", "tranquil", "cheerful", "casual", "beautiful",
        "ethereal", "melancholy", "sad", "aggressive", "haunting", "adventure", "serene", "sincere",
        "funky", "funny",
    ),
    "instrument": (
        "piano", "drums", "guitar", "percussion", "synth", "electric guitar", "acoustic guitar",
        "bass guitar", "brass", "violin", "cello", "flute", "organ", "trumpet", "ukulele", "saxophone",
        "double bass", "harp", "glockenspiel", "synthesizer", "keyboard", "marimba", "bass", "banjo",
        "strings",
    ),
    "theme": (
        "inspirational", "motivational", "achievement", "discovery", "every day", "love", "technology",
        "lifestyle", "journey", "meditation", "drama", "children", "hope", "fantasy", "holiday", "health",
        "family", "real estate", "media", "kids", "science", "education", "progress", "world", "vacation",
        "training", "christmas", "sales",
    ),
})
"""The fields of an instrumental, of which each takes up to five of these."""
# fmt: on
