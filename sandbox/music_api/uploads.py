"""Uploads: the recording behind an address. Nothing is fetched; the address itself is the seed of a sound."""

import hashlib
import ipaddress
from collections.abc import Awaitable, Callable
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from sandbox.music_api import errors
from sandbox.music_api.fields import Body, text
from sandbox.music_api.limits import AUDIO_SUFFIXES, COMMERCIAL_WORDS, UPLOAD_URL_LIMIT
from sandbox.music_api.orders import Order, kind_of
from sandbox.music_api.songs import Recipe, Song
from sandbox.music_api.tasks import Clip, State, Task

SHORTEST_DRAWN: Final = 8
LONGEST_DRAWN: Final = 24
"""Between these many seconds a recording lasts whose address does not say `seconds=` in its query."""

UNREACHABLE: Final = "The url is not reachable as public direct audio."
UNDECODABLE: Final = "The url could not be decoded as audio."
COMMERCIAL: Final = "The upload matches a known commercial recording."


def validate(field: str) -> Callable[[Body], None]:
    """What complains about a body whose address is in `field`."""

    def check(body: Body) -> None:
        text(body, field, limit=UPLOAD_URL_LIMIT, required=True)

    return check


def uploaded(field: str) -> Callable[[Order], tuple[Clip, ...]]:
    """The clip for the recording whose address is in `field`, as the only one of a task."""

    def make(order: Order) -> tuple[Clip, ...]:
        return (_recording(order, order.text(field)),)

    return make


def upload_at_once(field: str) -> Callable[[Order], Awaitable[dict[str, object]]]:
    """The reply that names the clip, which is ready by then."""

    async def answer(order: Order) -> dict[str, object]:
        clip = _recording(order, order.text(field))
        library = order.library
        await library.shelf.make([clip], clip.kind)
        library.add(Task(order.new_id(), order.operation, order.created_at, 0.0, (clip,)))
        return {"code": 200, "message": "success", "clip_id": clip.clip_id}

    return answer


def _recording(order: Order, url: str) -> Clip:
    """The clip for an address; raises `ApiError` for one that the API could not use."""
    parts = _split(url)
    path = PurePosixPath(parts.path)
    if not _reachable(order, url, parts):
        raise errors.invalid(UNREACHABLE)
    if path.suffix and path.suffix.lower() not in AUDIO_SUFFIXES:
        raise errors.invalid(UNDECODABLE)
    if any(word in url.lower() for word in COMMERCIAL_WORDS):
        raise errors.invalid(COMMERCIAL)
    # The query of such an address is often a signature that is another one every time.
    seed = hashlib.sha256(f"{parts.netloc}{parts.path}".encode("utf-8", "surrogatepass")).hexdigest()
    seconds = _seconds(parts, seed)
    shortest, longest = order.behaviour.upload_seconds
    if not shortest <= seconds <= longest:
        raise errors.invalid(f"The audio should be {shortest:g} to {longest:g} seconds long.")
    return Clip(
        clip_id=order.new_id(),
        title=path.stem or "Upload",
        tags="",
        lyrics="",
        mv="",
        description=None,
        created_at=order.created_at,
        recipe=Recipe(Song(seed, 0, instrumental=False, seconds=seconds)),
        provider=order.provider,
        kind=kind_of(order.provider),
        uploaded=True,
    )


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise errors.invalid(UNREACHABLE) from error


def _reachable(order: Order, url: str, parts: SplitResult) -> bool:
    """Whether the real API could fetch it: from a public host, or a finished file of this server."""
    if url.startswith(order.file_url("")):
        return _is_own_file(order, PurePosixPath(parts.path))
    return parts.scheme == "https" and _is_public(parts.hostname or "")


def _is_own_file(order: Order, path: PurePosixPath) -> bool:
    try:
        clip = order.library.known(path.stem)
    except errors.ApiError:
        return False
    return order.library.state(clip) is State.SUCCEEDED


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.endswith((".local", ".localhost", ".internal"))


def _seconds(parts: SplitResult, seed: str) -> float:
    stated = parse_qs(parts.query).get("seconds")
    if stated is None:
        return float(SHORTEST_DRAWN + int(seed[:8], 16) % (LONGEST_DRAWN - SHORTEST_DRAWN + 1))
    try:
        return float(stated[0])
    except ValueError as error:
        raise errors.invalid(UNDECODABLE) from error
