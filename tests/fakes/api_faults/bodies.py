"""Faults of JSON answers: the API answers in time, with something that nobody promised."""

import abc
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.music_api import Call
from tests.fakes.api_faults.connection import body_of, json_of
from tests.fakes.api_faults.rules import Fault, Phase

_FIELDS = ("title", "tags", "lyrics", "image_url", "audio_url", "duration", "created_at")


class JsonFault(Fault):
    """Something else in place of a JSON answer."""

    phase = Phase.AFTER

    def applies(self, reply: web.Response) -> bool:
        return bool(json_of(reply))


class Rewrite(JsonFault):
    """Another JSON body in place of the right one."""

    async def act(self, call: Call, reply: web.Response | None) -> web.Response:
        del call
        return web.json_response(self.rewrite(json_of(reply)))

    @abc.abstractmethod
    def rewrite(self, body: dict[str, Any]) -> object: ...


@dataclass(frozen=True, slots=True)
class ListingRewrite(Rewrite):
    """Another list of clips in place of the right one; with `state`, only once a clip has come to it."""

    state: str | None = field(default=None, kw_only=True)

    def applies(self, reply: web.Response) -> bool:
        states = {clip["state"] for clip in clips_of(json_of(reply))}
        return bool(states) if self.state is None else self.state in states


@dataclass(frozen=True, slots=True)
class ClipsRewrite(ListingRewrite):
    """Every clip with a change."""

    def rewrite(self, body: dict[str, Any]) -> object:
        for clip in clips_of(body):
            self.change(clip)
        return body

    @abc.abstractmethod
    def change(self, clip: dict[str, Any]) -> None: ...


@dataclass(frozen=True, slots=True)
class UnknownState(ClipsRewrite):
    """A state that no page mentions, as a new release of the API would bring."""

    word: str = "archived"

    def change(self, clip: dict[str, Any]) -> None:
        clip["state"] = self.word


@dataclass(frozen=True, slots=True)
class MissingFields(ClipsRewrite):
    """Fields that used to be there are gone."""

    fields: Sequence[str] = _FIELDS

    def change(self, clip: dict[str, Any]) -> None:
        for name in self.fields:
            clip.pop(name, None)


@dataclass(frozen=True, slots=True)
class WrongTypes(ClipsRewrite):
    """Fields are objects where they used to be texts or numbers."""

    fields: Sequence[str] = _FIELDS

    def change(self, clip: dict[str, Any]) -> None:
        clip.update({name: {"value": clip.get(name)} for name in self.fields})


@dataclass(frozen=True, slots=True)
class StringsAsNumbers(ClipsRewrite):
    """Durations come as numbers, as the pages promise and the API does not do."""

    def change(self, clip: dict[str, Any]) -> None:
        if clip["duration"] is not None:
            clip["duration"] = float(clip["duration"])


@dataclass(frozen=True, slots=True)
class NotANumber(ClipsRewrite):
    """The duration is `NaN`, which is no JSON and which many writers and readers let pass."""

    def change(self, clip: dict[str, Any]) -> None:
        clip["duration"] = math.nan


class ExtraFields(Rewrite):
    """Fields that no page mentions, as newer releases of the API do add them."""

    def rewrite(self, body: dict[str, Any]) -> object:
        for clip in clips_of(body):
            clip |= {"style_weight": 0.5, "persona": {"id": None}, "history": [1, [2, {}]]}
        return body | {"trace_id": "d6f1", "deprecated": True}


class NumbersAsStrings(Rewrite):
    """Every number comes as a text."""

    def rewrite(self, body: dict[str, Any]) -> object:
        return json.loads(json.dumps(body), parse_int=str, parse_float=str)


@dataclass(frozen=True, slots=True)
class EmptyData(ListingRewrite):
    """A listing without a single clip."""

    def rewrite(self, body: dict[str, Any]) -> object:
        return body | {"data": []}


@dataclass(slots=True, eq=False)
class ChangingOrder(Rewrite):
    """The clips are listed in another order each time."""

    _turns: int = field(default=0, init=False)

    def applies(self, reply: web.Response) -> bool:
        return bool(list(clips_of(json_of(reply))))

    def rewrite(self, body: dict[str, Any]) -> object:
        clips = body["data"]
        self._turns += 1
        turn = self._turns % len(clips)
        return body | {"data": clips[turn:] + clips[:turn]}


@dataclass(frozen=True, slots=True)
class HugeBody(Rewrite):
    """An answer of `size` characters."""

    size: int = 16 * 1024 * 1024

    def rewrite(self, body: dict[str, Any]) -> object:
        return body | {"padding": "x" * self.size}


@dataclass(frozen=True, slots=True)
class ErrorInSuccess(Fault):
    """A no with status 200, in one of the shapes that have been seen. Nothing has been done."""

    body: object = field(default_factory=lambda: {"success": False, "error": "Too many words."})

    async def act(self, call: Call, reply: web.Response | None) -> web.Response:
        del call, reply
        return web.json_response(self.body)


@dataclass(frozen=True, slots=True)
class OtherFailure(ClipsRewrite):
    """Clips fail by another word, with the reason in another field."""

    word: str = "aborted"
    reason: str = "Too loud."

    def change(self, clip: dict[str, Any]) -> None:
        clip |= {"state": self.word, "audio_url": "", "fail_reason": self.reason}


class OneId(ListingRewrite):
    """All clips of a listing have the id of the first."""

    def rewrite(self, body: dict[str, Any]) -> object:
        for clip in clips_of(body):
            clip["clip_id"] = body["data"][0]["clip_id"]
        return body


class NotAnObject(Rewrite):
    """A list where every page shows an object."""

    def rewrite(self, body: dict[str, Any]) -> object:
        return [body]


class InvalidJson(JsonFault):
    """Half of the JSON text in an answer that is whole as far as HTTP can tell."""

    async def act(self, call: Call, reply: web.Response | None) -> web.Response:
        del call
        body = body_of(reply)
        return web.Response(body=body[: len(body) // 2], content_type="application/json")


class WrongContentType(JsonFault):
    """The right JSON, announced as a web page."""

    async def act(self, call: Call, reply: web.Response | None) -> web.Response:
        del call
        return web.Response(body=body_of(reply), content_type="text/html")


class WebPage(JsonFault):
    """A proxy's web page with status 200 in place of the answer."""

    async def act(self, call: Call, reply: web.Response | None) -> web.Response:
        del call, reply
        return web.Response(text="<!doctype html><title>Just a moment...</title>", content_type="text/html")


def clips_of(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The clips of a listing, none for any other answer."""
    data = body.get("data")
    return iter(data if isinstance(data, list) else ())
