"""Our parameters into the API's request bodies: one small pure function an operation.

To add an operation: a function in its provider's module with a line here, an entry in the profiles, a
command, a row in the tests. Field names and rules are the API's own; where its documentation contradicts
itself the stricter client (allow up to N characters) and the more common spelling were taken.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from musicapi.errors import NoLongerOffered
from musicapi.profile import Params, Profile
from musicapi.requests import nuro, riffusion, suno
from musicapi.requests.params import Body, RequestParams

Build = Callable[[RequestParams], Body]


def build(operation: str, params: Params, profile: Profile) -> Body:
    """The request body of an operation.

    Raises:
        InvalidInput: A parameter is missing, too long or not what it should be; as `NoLongerOffered`, the
            API has retired the operation.
        KeyError: There is no such operation.
    """
    make, terms = OPERATIONS[operation], profile.terms(operation)
    if terms.retired:
        raise NoLongerOffered("is no longer offered by the API")
    ask = RequestParams(operation, params, profile)
    body = make(ask)
    uploaded = ask.flag("uploaded") and terms.upload_task_type
    task_type = terms.upload_task_type if uploaded else terms.task_type
    if task_type:
        body["task_type"] = task_type
    return {**_spelt(body, terms.fields), **terms.extra_body}


def _spelt(body: Body, fields: Mapping[str, str]) -> Body:
    """The body in the words of the profile; a field without one is left out."""
    spelt = {fields.get(name, name): value for name, value in body.items()}
    spelt.pop("", None)
    return spelt


OPERATIONS: Mapping[str, Build] = MappingProxyType(
    {
        "suno.create": suno.create,
        "suno.custom": suno.custom,
        "suno.extend": suno.extend,
        "suno.concat": suno.concat,
        "suno.cover": suno.cover,
        "suno.persona": suno.persona,
        "suno.sing": suno.sing,
        "suno.upload": suno.upload,
        "suno.lyrics": suno.lyrics,
        "suno.stems_basic": suno.clip,
        "suno.stems_full": suno.clip,
        "suno.wav": suno.clip,
        "riffusion.lyrics": riffusion.lyrics,
        "riffusion.describe": riffusion.describe,
        "riffusion.cover": riffusion.change,
        "riffusion.extend": riffusion.extend,
        "riffusion.replace": riffusion.replace,
        "riffusion.sound": riffusion.change,
        "riffusion.vocals": riffusion.vocals,
        "riffusion.upload": suno.upload,
        "nuro.song": nuro.song,
        "nuro.instrumental": nuro.instrumental,
    }
)
