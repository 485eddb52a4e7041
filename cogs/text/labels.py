"""Names for members: operations, next steps from a clip, fields, kinds of results."""

from cogs.text.clean import credits_text
from cogs.text.form_specs import ASKED
from jobs.models import Clip, Job, Order, Profile
from jobs.models.operations import ZIP
from jobs.rules.names import change_of, full_title

OPERATIONS = {
    "suno.create": "Suno song",
    "suno.custom": "Suno song",
    "suno.extend": "Suno extension",
    "suno.concat": "Whole song",
    "suno.cover": "Suno cover",
    "suno.persona": "Persona",
    "suno.sing": "Song with a persona",
    "suno.upload": "Upload to Suno",
    "suno.lyrics": "Lyrics",
    "suno.stems_basic": "Stems, 2 tracks",
    "suno.stems_full": "Stems, all tracks",
    "suno.wav": "WAV",
    "riffusion.lyrics": "Riffusion song",
    "riffusion.describe": "Riffusion song",
    "riffusion.cover": "Riffusion cover",
    "riffusion.extend": "Riffusion extension",
    "riffusion.replace": "Replaced section",
    "riffusion.sound": "Swapped sound",
    "riffusion.vocals": "Swapped vocals",
    "riffusion.upload": "Upload to Riffusion",
    "nuro.song": "Nuro song",
    "nuro.instrumental": "Nuro instrumental",
    ZIP: "Zip",
}
# In lists of what was spent, where no two lines may look alike.
_IN_REPORTS = {
    "suno.create": "Suno song from a description",
    "suno.custom": "Suno song from own words",
    "riffusion.describe": "Riffusion song from a description",
    "riffusion.lyrics": "Riffusion song from own words",
    "jam": "Tries for jams",
}
# On the buttons under a result, in this order.
STEPS = {
    "suno.concat": "Whole song",
    "suno.stems_basic": "Stems",
    "suno.stems_full": "All stems",
    "suno.wav": "WAV",
    "suno.extend": "Extend",
    "suno.cover": "Cover",
    "suno.persona": "Persona",
    "suno.sing": "Sing",
    "riffusion.extend": "Extend",
    "riffusion.cover": "Cover",
    "riffusion.replace": "Replace a section",
    "riffusion.sound": "Swap sound",
    "riffusion.vocals": "Swap vocals",
}
# Where there is room for more words.
_WHOLE_STEPS = {"suno.stems_basic": "Stems, 2 tracks"}
# On the other buttons.
CANCEL, GIVE_UP, TRY_AGAIN = "Cancel", "Give up", "Try again"
REPOST, LOOK_AGAIN, CHECK_AGAIN = "Repost · free", "Look again · free", "Check again · free"
AGAIN, AGAIN_CHANGED, CHANGE_AND_TRY_AGAIN = "Again", "Again, changed", "Change and try again"
WHAT_NEXT, JOB_HINT = "What next?", "Where it stands, what it cost, its ids"
CHANGE_IT, ORDER_IT, ORDER_THEM, SING_THIS = "Change it", "Order it", "Order them", "Sing this"
REMOVE, REMOVE_IT, REMOVE_HINT = "Remove", "Remove it", "Delete it here and from lists, after asking once"
JUMP_TO_RESULTS, ALL_WAVS, ONE_ZIP = "Jump to the results", "All WAVs", "One zip · free"
BRANCH, BRANCH_HINT = "Branch from this", "Cover or extend it for the jam; the pot pays"
ALBUM, ALBUM_HINT = "Album", "The song once more as a zip, with who did what"
OPEN_ONE, NEWER, OLDER = "Open one", "← Newer", "Older →"
PROVIDERS = {"suno": "Suno", "riffusion": "Riffusion", "nuro": "Nuro"}
KINDS = {
    "song": "a song",
    "stem": "a stem",
    "wav": "a WAV",
    "upload": "an upload",
    "persona": "a persona",
    "lyrics": "lyrics",
    "suno.extend": "an extension",
}
FIELDS = {
    "audio_weight": "The weight of the audio (`audio_weight`)",
    "auto_lyrics": "Letting Suno write the lyrics (`auto_lyrics`)",
    "clip_id": "The clip",
    "continue_at": "The time to continue from (`at`)",
    "description": "The description",
    "duration": "The length (`duration`)",
    "ends": "The end of the section (`ends`)",
    "file": "The file",
    "genre": "The genre",
    "gender": "The voice (`gender`)",
    "instrument": "The instrument",
    "lyrics": "The lyrics field",
    "model": "The model",
    "mood": "The mood",
    "name": "The name",
    "negative_tags": "What to leave out (`negative_tags`)",
    "persona_id": "The persona",
    "segments": "The list of segments",
    "sound": "The sound field",
    "starts": "The start of the section (`starts`)",
    "style": "The style field",
    "style_weight": "The weight of the style (`style_weight`)",
    "theme": "The theme",
    "timbre": "The timbre",
    "title": "The title field",
    "url": "The link",
    "version": "The version",
    "vocal_gender": "The voice (`vocal_gender`)",
    "weirdness_constraint": "The weirdness",
}
# Commands whose operation has another name.
_OPERATIONS_OF = {
    "riffusion custom": "riffusion.lyrics",
    "riffusion create": "riffusion.describe",
    "nuro custom": "nuro.song",
    "persona create": "suno.persona",
    "persona sing": "suno.sing",
    "lyrics": "suno.lyrics",
    "wav": "suno.wav",
}
# What `/stems` offers.
TRACKS = {"basic": "basic: vocals and instrumental", "full": "full: every instrument"}
# Texts of which a model takes more or less, as its entry names them.
_LIMITED = {"description": "prompt", "lyrics": "lyrics", "style": "style", "sound": "sound"}
# Why an option is wrong; completes "The <field> …".
NOT_A_MODEL = "is not a model that the API offers now"
FILE_OR_LINK = "or a link is needed: one of the two"
NO_AUDIO = "isn't audio: use mp3, wav, m4a, ogg or flac"
EMPTY_FILE = "is empty"
NO_CHARACTER = "holds a character that cannot be kept; type it anew"
NOT_IN_THE_LIST = "is not one of those in the list"
# In lists, of the parts of a song: one song can be taken apart in several ways.
SETS = {"suno.stems_basic": "of 2 stems", "suno.stems_full": "of all stems"}
YOURS = "yours"
JUMP_TO_MESSAGE = "Jump to its message"
ALL_LYRICS, ALL_LYRICS_HINT = "Lyrics", "All of them, shown to you alone"
# Singular and plural of each kind of result.
_MANY = {
    "song": ("song", "songs"),
    "stem": ("stem", "stems"),
    "wav": ("WAV", "WAVs"),
    "upload": ("upload", "uploads"),
    "persona": ("persona", "personas"),
    "lyrics": ("text", "texts"),
}
# Where a description is asked for under another name.
_PROMPTED = frozenset({"suno.create", "riffusion.describe"})


def field(name: str, operation: str = "") -> str:
    """Name a parameter as where it was typed; empty for one that is never typed."""
    return "The prompt" if name == "description" and operation in _PROMPTED else FIELDS.get(name, "")


def operation(operation: str) -> str:
    return OPERATIONS.get(operation, operation)


def in_reports(operation: str) -> str:
    return _IN_REPORTS.get(operation) or OPERATIONS.get(operation, operation)


def name(job: Job | Order | Clip) -> str:
    return OPERATIONS.get(job.operation, job.operation)


def numbered(job: Job) -> str:
    return f"{name(job)} · job #{job.id}"


def step(operation: str) -> str:
    return STEPS.get(operation, OPERATIONS.get(operation, operation))


def whole_step(operation: str) -> str:
    return _WHOLE_STEPS.get(operation) or step(operation)


def short_price(amount: int) -> str:
    return f"{amount:,} cr" if amount else "free"


def step_order(operation: str) -> int:  # an unknown one comes last
    return [*STEPS].index(operation) if operation in STEPS else len(STEPS)


def too_large(size: int, most: int) -> str:
    return f"has {size / 1e6:.0f} MB; the API takes up to {most / 1e6:.0f} MB"


def out_of_range(least: float, most: float) -> str:
    return f"must be from {least:,} to {most:,}"


def likes(count: int) -> str:
    return f"♥ {count:,}" if count else "♥"


def heart(count: int) -> str:
    """The same where every pixel counts."""
    return f"♥{count:,}" if count else "♥"


def provider(name: str) -> str:
    return PROVIDERS.get(name, name)


def kind(word: str) -> str:
    return KINDS.get(word, f"a {word}")


def count(number: int, word: str) -> str:
    one, many = _MANY.get(word, (word, word))
    return f"1 {one}" if number == 1 else f"{number} {many}"


def card_title(clip: Clip) -> str:
    """Head the card of a delivery: the song with its change, of a part also which take it is from."""
    if clip.kind == "stem":
        return f"Stems of {full_title(clip.source) if clip.source else clip.title}"
    if clip.kind == "wav":
        return f"{full_title(clip)} · WAV"
    if clip.kind == "lyrics":
        return "Lyrics"
    change = change_of(clip)
    return f"{clip.title} ({change})" if change else clip.title


def sort_of(clip: Clip) -> str:
    """What kind of result a clip is, and whose service made it."""
    word = change_of(clip) or _MANY.get(clip.kind, (clip.kind,))[0]
    return f"{word} ({provider(clip.provider)})" if clip.provider else word


def operation_of(command: str) -> str:
    """The operation that a command orders, going by its whole name; one that does not exist for others."""
    return _OPERATIONS_OF.get(command, command.replace(" ", "."))


def prices(catalogue: Profile, operation: str) -> str:
    """What an operation costs: one price, or the range of what the models cost."""
    terms = catalogue.terms(operation)
    costs = [terms.price, *terms.price_by_model.values()]
    least, most = min(costs), max(costs)
    return credits_text(least) if least == most else f"{least} to {credits_text(most)}"


def priced(text: str, catalogue: Profile, operation: str) -> str:
    """A sentence about a command, with the price."""
    return f"{text.removesuffix('.')} ({prices(catalogue, operation)})."


def menu(name: str, act: str, catalogue: Profile) -> str:
    """An entry in the menu of a message, with its price where there is one, and no form that says it."""
    offered = [one for one in catalogue.operations if one.partition(".")[2] == act]
    if len(offered) != 1 or offered[0] in ASKED:
        return name
    return f"{name} · {prices(catalogue, offered[0])}"


def model(model_id: str, catalogue: Profile, operation: str) -> str:
    """A model as the list shows it: the default, what it takes, and what it costs where that differs."""
    terms = catalogue.terms(operation)
    facts = ["default"] if model_id == catalogue.default_model(terms.provider) else []
    for field, its_name in _LIMITED.items():
        if field in ASKED.get(operation, ()):
            most = catalogue.limit(field, operation=operation, model=model_id)
            facts.append(f"{its_name} up to {most:,}")
    if terms.price_by_model:
        facts.append(credits_text(catalogue.price(operation, {"model": model_id})))
    name = catalogue.model_name(model_id)
    return f"{name} ({', '.join(facts)})" if facts else name
