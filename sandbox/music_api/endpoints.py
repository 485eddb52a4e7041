"""The work behind each path."""

from collections.abc import Sequence

from aiohttp import web

from sandbox.music_api.calls import Call
from sandbox.music_api.errors import ApiError, field_invalid, invalid, not_found
from sandbox.music_api.front import Name, Work, to_wire
from sandbox.music_api.orders import Operation
from sandbox.music_api.replies import Reply
from sandbox.music_api.tasks import AudioKind, Clip, State


def submit(group: Sequence[Operation]) -> Work:
    """The work of a path under which these operations share one endpoint."""

    async def work(call: Call) -> web.Response:
        body = call.json_object()
        operation = next((each for each in group if each.meant_by(body)), None)
        if operation is None:
            raise field_invalid(group[0].selector)
        return to_wire(await call.service.submit(operation, body))

    return work


def operation_name(group: Sequence[Operation]) -> Name:
    """How a call of such a path is recorded: by the operation it means, as far as that can be told."""

    def name(call: Call) -> str:
        body = call.body if isinstance(call.body, dict) else {}
        return next((each.name for each in group if each.meant_by(body)), group[0].name)

    return name


def look(prefix: str) -> Work:
    """The work of a poll below this prefix."""

    async def work(call: Call) -> web.Response:
        return to_wire(call.service.look(call.request.match_info["task_id"], prefix))

    return work


async def missing_task_id(call: Call) -> web.Response:
    """Answer a poll for nothing."""
    del call
    raise invalid("missing task id")


async def credits_left(call: Call) -> web.Response:
    """Answer with the balance, which comes without an envelope."""
    left = call.service.account.balance
    return to_wire(Reply(200, {"credits": left.credits, "extra_credits": left.extra_credits}))


async def unknown_path(call: Call) -> web.Response:
    """Refuse a path that does not exist."""
    del call
    raise not_found()


def audio_file(kind: AudioKind, content_type: str) -> Work:
    """What serves a clip's sound: as polls list it once it has succeeded, as another kind once asked for."""

    async def work(call: Call) -> web.Response:
        library = call.service.library
        clip = _known_clip(call)
        listed = clip.kind == kind and library.state(clip) is State.SUCCEEDED
        if not listed and (clip.kind == kind or not library.shelf.exists(clip, kind)):
            raise not_found()
        return web.Response(body=await library.shelf.audio(clip, kind), content_type=content_type)

    return work


async def image_file(call: Call) -> web.Response:
    """Serve a clip's cover, which is there before its sound."""
    image = await call.service.library.shelf.image(_known_clip(call))
    return web.Response(body=image, content_type="image/jpeg")


def _known_clip(call: Call) -> Clip:
    try:
        return call.service.library.known(call.request.match_info["clip_id"])
    except ApiError as error:
        raise not_found() from error
