"""What every request passes on its way: record, judges, faults, token, rate limits, the form of errors."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from tests.fakes.discord import errors
from tests.fakes.discord.bodies import read_body
from tests.fakes.discord.errors import DiscordError
from tests.fakes.discord.faults import Faults
from tests.fakes.discord.keys import BODY
from tests.fakes.discord.limits import RateLimits
from tests.fakes.discord.misbehave import INTERNAL_ERROR, limited, suffer
from tests.fakes.discord.rest import API
from tests.fakes.discord.rest.answers import VIA, json_answer
from tests.fakes.discord.traffic import Exchange, Traffic
from tests.fakes.discord.waiting import Changes

OnRequest: TypeAlias = Callable[[str, str, Any], None]
"""Called with method, path below /api/v10, and the JSON body (None without one)."""
OnAnswer: TypeAlias = Callable[[str, str, int, Any], None]
"""Called with method, path below /api/v10, status, and the JSON body (None without one)."""

# Let in without the bot's token: what carries its own, and the gateway, which asks in IDENTIFY.
_OPEN = ("/interactions/", "/webhooks/", "/socket", "/attachments/{")


@dataclass(slots=True)
class Edge:
    """The fake's doorkeeper. `failures` are errors of the fake itself and verdicts of the judges."""

    token: str
    changes: Changes
    traffic: Traffic
    faults: Faults
    limits: RateLimits | None
    on_request: OnRequest | None = None
    on_answer: OnAnswer | None = None
    failures: list[Exception] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    def middleware(self) -> Middleware:
        """Return what the web application runs around each of its handlers."""

        @web.middleware
        async def serve(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._serve(request, handler)

        return serve

    async def _serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        exchange = _exchange(request)
        self.traffic.begin(exchange)
        refusal = await self._receive(request, exchange)
        rule = self.faults.take(exchange)
        response: web.StreamResponse | None = None
        if rule is not None and not rule.fault.after:
            rule.strike()
            response = await suffer(rule.fault, request, closing=self.closing)
        if response is None:
            response = await self._answer(request, handler, exchange, refusal=refusal)
            if rule is not None and rule.fault.after:
                rule.strike()
                response = await suffer(rule.fault, request, closing=self.closing) or response
        self.traffic.end(exchange, _status(request, response))
        # Whatever the request changed: this tells those who wait.
        self.changes.announce()
        return response

    async def _receive(self, request: web.Request, exchange: Exchange) -> DiscordError | None:
        try:
            body = await read_body(request)
        except DiscordError as refusal:
            return refusal
        request[BODY] = body
        exchange.body = body.payload
        exchange.filenames = tuple(file.filename for _, file in sorted(body.files.items()))
        if self.on_request is not None and request.path.startswith(API):
            try:
                self.on_request(exchange.method, exchange.path, body.payload)
            except Exception as verdict:  # noqa: BLE001 - a judge raises what it likes, and the run fails with it
                self.failures.append(verdict)
        return None

    async def _answer(
        self,
        request: web.Request,
        handler: Handler,
        exchange: Exchange,
        *,
        refusal: DiscordError | None,
    ) -> web.StreamResponse:
        try:
            response = await self._admit(request, handler, exchange, refusal=refusal)
        except DiscordError as error:
            response = json_answer(error.payload(), error.status)
        except web.HTTPException as error:
            self.traffic.unknown_routes.append(f"{exchange.method} {exchange.path}")
            known = errors.method_not_allowed() if error.status == 405 else errors.not_found()
            response = json_answer(known.payload(), known.status)
        except Exception as error:  # noqa: BLE001 - the fake's own mistake fails the run, not just as a 500
            if not isinstance(error, ConnectionResetError):  # whoever asked was killed meanwhile
                self.failures.append(error)
            response = json_answer({"message": INTERNAL_ERROR, "code": 0}, 500)
        if not response.prepared:
            response.headers["Via"] = VIA
        self._judge(exchange, request, response)
        return response

    async def _admit(
        self,
        request: web.Request,
        handler: Handler,
        exchange: Exchange,
        *,
        refusal: DiscordError | None,
    ) -> web.StreamResponse:
        if refusal is not None:
            raise refusal
        # An unknown route answers 404 to everybody.
        is_known = request.match_info.http_exception is None
        if is_known and _is_guarded(exchange) and not self._has_token(request):
            raise errors.unauthorized()
        if self.limits is None or not request.path.startswith(API):
            return await handler(request)
        verdict = self.limits.check(exchange.key, exchange.path)
        if verdict.retry_after is not None:
            return limited(verdict.retry_after, verdict.headers, is_global=verdict.is_global)
        response = await handler(request)
        response.headers.update(verdict.headers)
        return response

    def _has_token(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bot {self.token}"

    def _judge(self, exchange: Exchange, request: web.Request, response: web.StreamResponse) -> None:
        if self.on_answer is None or not request.path.startswith(API):
            return
        payload = None
        if isinstance(response, web.Response) and isinstance(response.body, bytes) and response.body:
            payload = json.loads(response.body)
        try:
            self.on_answer(exchange.method, exchange.path, response.status, payload)
        except Exception as verdict:  # noqa: BLE001 - as for on_request
            self.failures.append(verdict)


def _exchange(request: web.Request) -> Exchange:
    resource = request.match_info.route.resource
    route = request.path if resource is None else resource.canonical
    return Exchange(
        request.method,
        request.path.removeprefix(API),
        route.removeprefix(API),
        request.query_string,
    )


def _status(request: web.Request, response: web.StreamResponse) -> int:
    # A WebSocket that has run its course is closed, but it was not cut.
    is_over = isinstance(response, web.WebSocketResponse)
    cut = request.transport is None or request.transport.is_closing()
    return 0 if cut and not is_over else response.status


def _is_guarded(exchange: Exchange) -> bool:
    return not exchange.route.startswith(_OPEN)
