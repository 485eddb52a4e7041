"""The fields of each operation's form."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from cogs.text.clean import clean_label
from jobs.models import Clip
from jobs.rules.names import in_halves


@dataclass(frozen=True, slots=True)
class Field:
    """A text field that fills `param`.

    Attributes:
        hint: Shown in it while it is empty.
        note: Shown above it, whatever it holds.
        length: Limits it where the API does not.
    """

    param: str
    label: str
    hint: str = ""
    note: str = ""
    long: bool = False
    required: bool = False
    length: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """A form; `titled` is its title where the song is known that it starts from."""

    title: str
    fields: tuple[Field, ...]
    titled: str = ""

    def heading(self, source: Clip | None, room: int) -> str:
        """Name the form and its song, whose name is cut where there is no room."""
        if source is None or not self.titled:
            return self.title
        song, rest = in_halves(source)
        room -= len(self.titled.format(""))
        name = clean_label(song, max(room - len(rest), _MIN_SONG)) + rest
        return self.titled.format(clean_label(name, room))


_MIN_SONG = 8
_TITLE = Field("title", "Title", "Paper Lanterns")
_NAME = Field("name", "Name", "Velvet Harbor", required=True)
_SPECIAL = "What is special about it"
_STYLE = Field("style", "Style", "dream pop, soft drums")
_SOUND = Field("sound", "Sound", "dream pop, soft drums, airy female voice")
_NEW_SOUND = replace(_SOUND, required=True)
_VOICE = replace(_SOUND, label="Voice", hint="airy female voice", note="Empty: Riffusion chooses one.")
_LYRICS = Field("lyrics", "Lyrics", "[Verse]\n…\n[Chorus]\n…", long=True)
_WORDS = replace(_LYRICS, required=True)
_OR_NONE = replace(_LYRICS, note="Empty: an instrumental.")
_NEXT_WORDS = replace(_LYRICS, label="Lyrics of the new part", note="Empty: an instrumental part.")
_DESCRIPTION = Field("description", "Description", "What it should be like", long=True, required=True)
_PROMPT = replace(_DESCRIPTION, label="Prompt")
_TIME = Field("", "", "1:23, or seconds", required=True, length=12)
_AT = replace(_TIME, param="continue_at", label="Continue from")


def _left_to(who: str, field: Field) -> Field:
    """A field that is filled with what is known of the song, and may be emptied."""
    return replace(field, hint="", note=f"Empty: {who} chooses.")


_SUNO_STYLE, _SUNO_TITLE = _left_to("Suno", _STYLE), _left_to("Suno", _TITLE)
_ITS_TITLE = _left_to("Riffusion", _TITLE)
_ON_A_SONG = {
    "suno.extend": Form("Extend a song", (_AT, _NEXT_WORDS, _SUNO_STYLE, _SUNO_TITLE), titled="Extend {}"),
    "suno.cover": Form("Cover a song", (_SUNO_STYLE, _OR_NONE, _SUNO_TITLE), titled="Cover of {}"),
    "suno.persona": Form(
        "A persona from a song",
        (_NAME, replace(_NAME, param="description", label=_SPECIAL, hint="low, close, a little hoarse")),
        titled="Persona from {}",
    ),
    "suno.sing": Form("A song with a persona", (_TITLE, _STYLE, _WORDS), titled="A song with {}"),
    "riffusion.cover": Form("Cover a song", (_NEW_SOUND, _OR_NONE, _ITS_TITLE), titled="Cover of {}"),
    "riffusion.extend": Form("Extend a song", (_AT, _NEXT_WORDS, _NEW_SOUND, _ITS_TITLE), titled="Extend {}"),
    "riffusion.replace": Form(
        "Replace a section",
        (
            replace(_TIME, param="starts", label="From"),
            replace(_TIME, param="ends", label="To"),
            replace(_NEXT_WORDS, label="Lyrics of the section"),
            _NEW_SOUND,
            _ITS_TITLE,
        ),
        titled="New section of {}",
    ),
    "riffusion.sound": Form(
        "Another sound for a song", (_NEW_SOUND, _OR_NONE, _ITS_TITLE), titled="New sound for {}"
    ),
    "riffusion.vocals": Form(
        "Another voice for a song", (_VOICE, _WORDS, _ITS_TITLE), titled="New vocals for {}"
    ),
}
FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "suno.create": Form("A song from a description", (_PROMPT,)),
        "suno.custom": Form("A song of your own", (_TITLE, _STYLE, _LYRICS)),
        "suno.lyrics": Form("Lyrics", (replace(_DESCRIPTION, hint="What they should be about"),)),
        "riffusion.lyrics": Form("A song of your own", (_TITLE, _SOUND, _LYRICS)),
        "riffusion.describe": Form("A song from a description", (_PROMPT,)),
        "nuro.song": Form("A song by Nuro", (_WORDS,)),
        "nuro.instrumental": Form("An instrumental by Nuro", (_DESCRIPTION,)),
        **_ON_A_SONG,
    }
)
# The parameters that the form of an operation asks for.
ASKED: Mapping[str, frozenset[str]] = MappingProxyType(
    {operation: frozenset(field.param for field in form.fields) for operation, form in FORMS.items()}
)
