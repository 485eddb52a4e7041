"""Which path leads to which work."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from sandbox.music_api import control, endpoints
from sandbox.music_api.calls import Call
from sandbox.music_api.errors import method_not_allowed
from sandbox.music_api.front import Front, Name, Work
from sandbox.music_api.limits import PREFIXES
from sandbox.music_api.operations import OPERATIONS, Operation

BASE: Final = "/api/v1"


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
    groups: dict[tuple[str, str], list[Operation]] = {}
    for operation in OPERATIONS:
        groups.setdefault((operation.provider, operation.path), []).append(operation)
    for (provider, path), group in groups.items():
        for prefix in PREFIXES[provider]:
            name, work = endpoints.operation_name(group), endpoints.submit(group)
            yield Endpoint("POST", f"{BASE}/{prefix}/{path}", name, work)


def _lookups() -> Iterator[Endpoint]:
    for provider, prefixes in PREFIXES.items():
        name = _always(f"{provider}.task")
        for prefix in prefixes:
            yield Endpoint("GET", f"{BASE}/{prefix}/task/{{task_id}}", name, endpoints.look)
            yield Endpoint("GET", f"{BASE}/{prefix}/task{{slash:/?}}", name, endpoints.missing_task_id)
    yield Endpoint("GET", f"{BASE}/get-credits", _always("credits"), endpoints.credits_left)


def _files() -> Iterator[Endpoint]:
    for path, kind, work in (
        ("{clip_id}.mp3", "mp3", endpoints.mp3_file),
        ("{clip_id}.wav", "wav", endpoints.wav_file),
        ("image_{clip_id}.jpeg", "jpeg", endpoints.image_file),
    ):
        yield Endpoint("GET", f"/files/{path}", _always(f"file.{kind}"), work, needs_key=False)


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
