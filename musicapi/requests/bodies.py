"""Our parameters into the API's request bodies: one small pure function an operation.

To add an operation: a function in its provider's module with a line here, an entry in the profiles, a
command, a row in the tests. Field names and rules are the API's own; where its documentation contradicts
itself the stricter client (allow up to N characters) and the more common spelling were taken.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from musicapi.errors import NoLongerOffered
from musicapi.profile import Params, Profile
from musicapi.requests import nuro, riffusion, suno
from musicapi.requests.params import Body, RequestParams


class Operation(NamedTuple):
    """What is the same in every edition of the API.

    Attributes:
        build: The body of its request.
        makes: What comes of it: song, stem, wav, upload, persona or lyrics.
    """

    build: Callable[[RequestParams], Body]
    makes: str = "song"


def build(operation: str, params: Params, profile: Profile) -> Body:
    """The request body of an operation.

    Raises:
        InvalidInput: A parameter is missing, too long or not what it should be; as `NoLongerOffered`, the
            API has retired the operation.
        KeyError: There is no such operation.
    """
    make, terms = OPERATIONS[operation].build, profile.terms(operation)
    if terms.retired:
        raise NoLongerOffered("is no longer offered by the API")
    ask = RequestParams(operation, params, profile)
    body = make(ask)
    uploaded = ask.flag("uploaded") and terms.upload_task_type
    task_type = terms.upload_task_type if uploaded else terms.task_type
    if task_type:
        body["task_type"] = task_type
    # In the profile's names; it may leave a field out.
    spelt = {terms.fields.get(name, name): value for name, value in body.items()}
    spelt.pop("", None)
    return {**spelt, **terms.extra_body}


OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "suno.create": Operation(suno.create),
        "suno.custom": Operation(suno.custom),
        "suno.extend": Operation(suno.extend),
        "suno.concat": Operation(suno.concat),
        "suno.cover": Operation(suno.cover),
        "suno.persona": Operation(suno.persona, "persona"),
        "suno.sing": Operation(suno.sing),
        "suno.upload": Operation(suno.upload, "upload"),
        "suno.lyrics": Operation(suno.lyrics, "lyrics"),
        "suno.stems_basic": Operation(suno.clip, "stem"),
        "suno.stems_full": Operation(suno.clip, "stem"),
        "suno.wav": Operation(suno.clip, "wav"),
        "riffusion.lyrics": Operation(riffusion.lyrics),
        "riffusion.describe": Operation(riffusion.describe),
        "riffusion.cover": Operation(riffusion.change),
        "riffusion.extend": Operation(riffusion.extend),
        "riffusion.replace": Operation(riffusion.replace),
        "riffusion.sound": Operation(riffusion.change),
        "riffusion.vocals": Operation(riffusion.vocals),
        "riffusion.upload": Operation(suno.upload, "upload"),
        "nuro.song": Operation(nuro.song),
        "nuro.instrumental": Operation(nuro.instrumental),
    }
)
