"""Which path leads to which work."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from sandbox.music_api import control, endpoints
from sandbox.music_api.calls import Call
from sandbox.music_api.errors import method_not_allowed
from sandbox.music_api.front import Front, Name, Work
from sandbox.music_api.limits import PREFIXES
from sandbox.music_api.operations import OPERATIONS
from sandbox.music_api.orders import Operation
from sandbox.music_api.tasks import AudioKind

BASE: Final = "/api/v1"
SOUND_TYPES: Final[Mapping[AudioKind, str]] = {"mp3": "audio/mpeg", "ogg": "audio/ogg", "wav": "audio/wav"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One path with its only method."""

    method: str
    path: str
    name: Name
    work: Work
    needs_key: bool = True


def application(front: Front, desk: control.Desk | None) -> web.Application:
    """The API, its files, and with a `desk` the control pages, as an application."""
    app = web.Application()
    for endpoint in (*_operations(), *_lookups(), *_files()):
        _add(app, front, endpoint)
    if desk is not None:
        desk.add_to(app)
    app.router.add_route(
        "*", "/{path:.*}", front.handler(_always("unknown"), endpoints.unknown_path, needs_key=False)
    )
    app.on_shutdown.append(lambda _: front.hang_up())
    return app


def _operations() -> Iterator[Endpoint]:
    for (prefix, path), group in _groups().items():
        name, work = endpoints.operation_name(group), endpoints.submit(group)
        yield Endpoint("POST", f"{BASE}/{prefix}/{path}", name, work)


def _groups() -> dict[tuple[str, str], list[Operation]]:
    """The operations that share a prefix and a path."""
    groups: dict[tuple[str, str], list[Operation]] = {}
    for operation in OPERATIONS:
        for prefix in operation.prefixes or PREFIXES[operation.provider]:
            groups.setdefault((prefix, operation.path), []).append(operation)
    return groups


def _lookups() -> Iterator[Endpoint]:
    for provider, prefixes in PREFIXES.items():
        name = _always(f"{provider}.task")
        for prefix in prefixes:
            yield Endpoint("GET", f"{BASE}/{prefix}/task/{{task_id}}", name, endpoints.look(prefix))
            yield Endpoint("GET", f"{BASE}/{prefix}/task{{slash:/?}}", name, endpoints.missing_task_id)
    yield Endpoint("GET", f"{BASE}/get-credits", _always("credits"), endpoints.credits_left)


def _files() -> Iterator[Endpoint]:
    for kind, content_type in SOUND_TYPES.items():
        work = endpoints.audio_file(kind, content_type)
        yield Endpoint("GET", f"/files/{{clip_id}}.{kind}", _always(f"file.{kind}"), work, needs_key=False)
    path = "/files/image_{clip_id}.jpeg"
    yield Endpoint("GET", path, _always("file.jpeg"), endpoints.image_file, needs_key=False)


def _add(app: web.Application, front: Front, endpoint: Endpoint) -> None:
    async def wrong_method(call: Call) -> web.Response:
        del call
        raise method_not_allowed(endpoint.method)

    resource = app.router.add_resource(endpoint.path)
    work = front.handler(endpoint.name, endpoint.work, needs_key=endpoint.needs_key)
    resource.add_route(endpoint.method, work)
    if endpoint.method == "GET":
        resource.add_route("HEAD", work)
    resource.add_route("*", front.handler(endpoint.name, wrong_method, needs_key=False))


def _always(name: str) -> Name:
    return lambda _: name
