"""The fields of each operation's form."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Field:
    """A text field that fills `param`; `length` limits it where the API does not."""

    param: str
    label: str
    hint: str = ""
    long: bool = False
    required: bool = False
    length: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    title: str
    fields: tuple[Field, ...]


_TITLE = Field("title", "Title", "Paper Lanterns")
_NAME = Field("name", "Name", "Velvet Harbor", required=True)
_SPECIAL = "What is special about it"
_STYLE = Field("style", "Style", "dream pop, soft drums")
_SOUND = Field("sound", "Sound", "dream pop, soft drums, airy female voice")
_NEW_SOUND = replace(_SOUND, required=True)
_VOICE = replace(_SOUND, label="Voice")
_LYRICS = Field("lyrics", "Lyrics", "[Verse]\n…\n[Chorus]\n…", long=True)
_WORDS = replace(_LYRICS, required=True)
_NEW_LYRICS = replace(_LYRICS, hint="Leave this empty for an instrumental part")
_DESCRIPTION = Field("description", "Description", "What it should be like", long=True, required=True)
_PROMPT = replace(_DESCRIPTION, label="Prompt")
_TIME = Field("", "", "1:23, or seconds", required=True, length=12)
_AT = replace(_TIME, param="continue_at", label="Goes on at")

FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "suno.create": Form("A song from a description", (_PROMPT,)),
        "suno.custom": Form("A song of your own", (_TITLE, _STYLE, _LYRICS)),
        "suno.extend": Form("Extend a song", (_AT, _NEW_LYRICS, _STYLE, _TITLE)),
        "suno.cover": Form("Cover a song", (_STYLE, _LYRICS, _TITLE)),
        "suno.persona": Form(
            "A persona from a song",
            (_NAME, replace(_NAME, param="description", label=_SPECIAL, hint="low, close, a little hoarse")),
        ),
        "suno.sing": Form("A song with a persona", (_TITLE, _STYLE, _WORDS)),
        "suno.lyrics": Form("Lyrics", (replace(_DESCRIPTION, hint="What they should be about"),)),
        "riffusion.lyrics": Form("A song of your own", (_TITLE, _SOUND, _LYRICS)),
        "riffusion.describe": Form("A song from a description", (_PROMPT,)),
        "riffusion.cover": Form("Cover a song", (_NEW_SOUND, _WORDS, _TITLE)),
        "riffusion.extend": Form("Extend a song", (_AT, _WORDS, _NEW_SOUND, _TITLE)),
        "riffusion.replace": Form(
            "Replace a section",
            (
                replace(_TIME, param="starts", label="From"),
                replace(_TIME, param="ends", label="To"),
                replace(_WORDS, label="Lyrics of the section"),
                _NEW_SOUND,
                _TITLE,
            ),
        ),
        "riffusion.sound": Form("Another sound for a song", (_NEW_SOUND, _WORDS, _TITLE)),
        "riffusion.vocals": Form("Another voice for a song", (_VOICE, _WORDS, _TITLE)),
        "nuro.song": Form("A song by Nuro", (_WORDS,)),
        "nuro.instrumental": Form("An instrumental by Nuro", (_DESCRIPTION,)),
    }
)
# The parameters that the form of an operation asks for.
ASKED: Mapping[str, frozenset[str]] = MappingProxyType(
    {operation: frozenset(field.param for field in form.fields) for operation, form in FORMS.items()}
)
