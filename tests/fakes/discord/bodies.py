"""Reads a request's body: JSON, or multipart as in docs: reference, "Uploading Files"."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.fakes.discord import errors
from tests.fakes.discord.errors import DiscordError
from tests.fakes.discord.model import MIB

MOST_BYTES = 25 * MIB
_FILE_FIELD = re.compile(r"files\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One part `files[n]`."""

    filename: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Body:
    """What came with a request; `payload` is None where there was no JSON at all."""

    payload: Any = None
    files: Mapping[int, UploadedFile] = field(default_factory=dict)

    @property
    def object(self) -> dict[str, Any]:
        """The payload, where a JSON object is expected.

        Raises:
            DiscordError: 400 with code 50035 for anything else.
        """
        if self.payload is None:
            return {}
        if not isinstance(self.payload, dict):
            raise DiscordError(400, 50035, "Invalid Form Body", errors=_wrong("DICT_TYPE_CONVERT"))
        return self.payload

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The payload, where a list of JSON objects is expected.

        Raises:
            DiscordError: 400 with code 50035 for anything else.
        """
        if not isinstance(self.payload, list) or not all(isinstance(p, dict) for p in self.payload):
            raise DiscordError(400, 50035, "Invalid Form Body", errors=_wrong("LIST_TYPE_CONVERT"))
        return self.payload


def _wrong(code: str) -> dict[str, Any]:
    return {"_errors": [{"code": code, "message": "The body has the wrong JSON type"}]}


async def read_body(request: web.Request) -> Body:
    """Read and parse everything that the client sends.

    Raises:
        DiscordError: 400 for what cannot be parsed.
        DiscordError: 413 with code 40005 for more than 25 MiB together.
    """
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request)
    raw = await request.read()
    if len(raw) > MOST_BYTES:
        raise errors.entity_too_large()
    if not raw:
        return Body()
    if request.content_type != "application/json":
        raise DiscordError(400, 50035, "Invalid Form Body", errors=_wrong("CONTENT_TYPE_INVALID"))
    return Body(_parse(raw))


async def _read_multipart(request: web.Request) -> Body:
    payload: Any = None
    files: dict[int, UploadedFile] = {}
    total = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise errors.invalid_json()
        data = bytes(await part.read())
        total += len(data)
        numbered = _FILE_FIELD.fullmatch(part.name or "")
        if part.name == "payload_json":
            payload = _parse(data)
        elif numbered is not None:
            files[int(numbered[1])] = UploadedFile(part.filename or "unknown", data)
    # Read to the end before refusing: a client that is cut off while sending sees a reset, not the 413.
    if total > MOST_BYTES:
        raise errors.entity_too_large()
    return Body(payload, files)


def _parse(raw: bytes) -> Any:  # noqa: ANN401 - JSON may be any value
    try:
        return json.loads(raw)
    except ValueError:
        raise errors.invalid_json() from None
