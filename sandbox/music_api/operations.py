"""The operations on offer: paths, prices, models and limits are those of the client's own profiles.

One table serves both sides only because a witness stands outside: `tests/musicapi/shapes.json` is written by
hand, and the tests hold the client *and* this fake against it.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from musicapi.profile import Profile, Terms
from musicapi.profile_files import load_profile
from sandbox.music_api.errors import field_invalid

Body = Mapping[str, object]
"""A request's JSON object. A null counts as an absent field."""

_CHANGE: Final = "custom_mode mv continue_clip_id lyrics"
_REQUIRED: Final[Mapping[str, str]] = {
    "suno.create": "custom_mode mv gpt_description_prompt",
    "suno.custom": "custom_mode mv",
    "suno.extend": "custom_mode mv prompt continue_clip_id continue_at",
    "suno.concat": "continue_clip_id",
    "suno.cover": "custom_mode mv prompt continue_clip_id",
    "suno.persona": "name continue_clip_id description",
    "suno.sing": "custom_mode mv prompt persona_id",
    "suno.lyrics": "description",
    **dict.fromkeys(("suno.stems_basic", "suno.stems_full", "suno.wav"), "clip_id"),
    **dict.fromkeys(("suno.upload", "riffusion.upload"), "url"),
    "riffusion.lyrics": "custom_mode mv make_instrumental",
    "riffusion.describe": "custom_mode mv prompt",
    "riffusion.cover": f"{_CHANGE} sound",
    "riffusion.extend": f"{_CHANGE} sound continue_at",
    "riffusion.replace": f"{_CHANGE} sound starts ends",
    **dict.fromkeys(("riffusion.sound", "riffusion.vocals"), _CHANGE),
    "nuro.song": "lyrics",
    "nuro.instrumental": "description",
}
"""The fields that an operation cannot do without, in the words of the classic edition."""

# Riffusion's successor wants at least a sound or lyrics of these; its persona, no description.
_LATE_OPTIONAL: Final = frozenset({"mv", "make_instrumental", "prompt", "lyrics", "sound", "description"})
_NURO_TYPES: Final = {"nuro.song": "vocal", "nuro.instrumental": "bgm"}
# What is told from its neighbour by `custom_mode`, which the successor has not.
_OWN_WORDS: Final = {"suno.custom": True, "suno.create": False, "riffusion.lyrics": True}


@dataclass(frozen=True, slots=True)
class Offer:
    """One operation as one edition of the API offers it."""

    operation: str
    profile: Profile

    @property
    def terms(self) -> Terms:
        return self.profile.terms(self.operation)

    @property
    def late(self) -> bool:
        """Whether it is Riffusion's successor's, which words its bodies otherwise."""
        return self.terms.path.startswith("/producer/")

    @property
    def at_once(self) -> bool:
        """Whether the answer holds the result instead of a task id."""
        return self.terms.makes in ("persona", "lyrics", "wav", "upload") and not self.late

    @property
    def required(self) -> Sequence[str]:
        """The fields that a body must have, in the classic words."""
        renamed = self.late or (self.operation == "suno.persona" and self.profile.name != "classic")
        named = [name for name in _REQUIRED[self.operation].split() if self.spelt(name)]
        return [name for name in named if not (renamed and name in _LATE_OPTIONAL)] + [*self.terms.extra_body]

    def spelt(self, name: str) -> str:
        """How a field is spelt here; empty for one that is not known here."""
        return self.terms.fields.get(name, name)

    def classic(self, body: Body) -> Body:
        """A body in the words of the classic edition, without the fields that are spelt otherwise here."""
        names = {spelt: name for name, spelt in self.terms.fields.items() if spelt}
        unknown = self.terms.fields.keys() - names
        return {names.get(k, k): value for k, value in body.items() if value is not None and k not in unknown}

    def meant_by(self, body: Body) -> bool:
        """Whether a body that was sent to its path asks for it."""
        if self.terms.provider == "nuro":
            return body.get("type") == _NURO_TYPES[self.operation]
        if self.terms.task_type:
            return body.get("task_type") in {self.terms.task_type, self.terms.upload_task_type} - {""}
        if self.operation not in (*_OWN_WORDS, "riffusion.describe"):
            return True
        told_by = body.get("lyrics") is not None if self.late else body.get("custom_mode") is True
        if body.get("task_type") not in (None, "create_music"):
            return False
        return told_by is _OWN_WORDS.get(self.operation, False)


@functools.cache
def offers() -> Mapping[str, Sequence[Offer]]:
    """The operations by path, those that share one together."""
    found: dict[str, list[Offer]] = {}
    for profile in map(load_profile, ("classic", "renamed")):
        new = {name: terms.path for name, terms in profile.operations.items() if terms.path not in found}
        for operation, path in new.items():  # Nuro's is the same in both editions
            found.setdefault(path, []).append(Offer(operation, profile))
    return found


@functools.cache
def providers() -> Mapping[str, str]:
    """The path prefixes, each with its provider: the classic name and the renamed one."""
    tasks = [each for name in ("renamed", "classic") for each in load_profile(name).tasks.items()]
    return {path.split("/")[1]: provider for provider, path in tasks}


def asked_for(path: str, body: object) -> Offer:
    """The operation that a body sent to a path means; raises `ApiError` where it means none."""
    group = offers()[path]
    known = body if isinstance(body, dict) else {}
    for offer in group:
        if offer.meant_by(known):
            return offer
    raise field_invalid("type" if group[0].terms.provider == "nuro" else "task_type")
