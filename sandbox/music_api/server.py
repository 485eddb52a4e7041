"""The server: routes, one middleware for every request, and the fake as a whole on loopback."""

import asyncio
import contextlib
import logging
import socket
import zlib
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Final, Self

from aiohttp import web

from sandbox import sound
from sandbox.music_api import errors
from sandbox.music_api.calls import BASE, Call, Hook, Request, straight
from sandbox.music_api.errors import ApiError
from sandbox.music_api.operations import asked_for, offers, providers
from sandbox.music_api.service import Balance, Charge, Service
from sandbox.music_api.tasks import Clip

log = logging.getLogger(__name__)

_REQUESTS_KEPT: Final = 100_000
_BODY: Final = web.RequestKey("body", object)
_ACCEPTING_TURNS: Final = 3
_FILES: Final[Mapping[str, str]] = {"mp3": "audio/mpeg", "ogg": "audio/ogg", "wav": "audio/wav"}


@dataclass(kw_only=True, eq=False)
class FakeMusicApi(Service):
    """A server that answers like the AI Music API for as long as its `async with` block lasts.

    It can be entered again: between two blocks it is down, then it is back at its address with its tasks.
    """

    keys: Collection[str] = ("sk_test",)
    port: int = 0  # 0 picks a free one, which it then keeps
    hook: Hook = straight

    def __post_init__(self) -> None:
        super().__post_init__()
        self._requests: deque[Request] = deque(maxlen=_REQUESTS_KEPT)
        self._runner: web.AppRunner | None = None
        self._socket: socket.socket | None = None

    async def __aenter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", self.port))
        self.port = self._socket.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None and self._socket is not None:
            # asyncio trips over a connection that it is still accepting while its server closes, so the door
            # is shut before, by the few turns of the loop that accepting takes. Windows cannot do that.
            with contextlib.suppress(NotImplementedError):
                asyncio.get_running_loop().remove_reader(self._socket)
            for _ in range(_ACCEPTING_TURNS):
                await asyncio.sleep(0)
            await self._runner.cleanup()
            self._runner = self._socket = None

    @property
    def origin(self) -> str:
        """For example `http://127.0.0.1:40123`; raises `RuntimeError` before the first start."""
        if not self.address:
            raise RuntimeError("the fake API has not been started")
        return self.address

    @property
    def url(self) -> str:
        return self.origin + BASE

    @property
    def balance(self) -> Balance:
        return self.account.balance

    @property
    def charges(self) -> Sequence[Charge]:
        return tuple(self.account.charges)

    @property
    def requests(self) -> Sequence[Request]:
        return tuple(self._requests)

    def _application(self) -> web.Application:
        app = web.Application(middlewares=[self._middleware])
        for path in offers():
            app.router.add_post(BASE + path, self._submit)
        for prefix in providers():
            app.router.add_get(f"{BASE}/{prefix}/task{{slash:/?}}{{task_id:[^/]*}}", self._poll)
        app.router.add_get(f"{BASE}/get-credits", self._credits)
        for kind in _FILES:
            app.router.add_get(f"/files/{{clip_id}}.{kind}", self._audio)
        app.router.add_get("/files/image_{clip_id}.jpeg", self._image)
        return app

    @web.middleware
    async def _middleware(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        call = Call(request, self, self._requests)

        async def work(call: Call) -> web.StreamResponse:
            self._admit(call)
            request[_BODY] = call.body
            return await handler(request)

        try:
            return await self.hook(call, work)
        except ApiError as error:
            return error.reply(call.operation)
        except Exception:
            log.exception("%s failed", call.operation)
            return ApiError(500, "server_error", "Internal Server Error.").reply(call.operation)

    def _admit(self, call: Call) -> None:
        """Raise `ApiError` for a path, a method or a key that is none, and for what is retired."""
        problem = call.request.match_info.http_exception
        if isinstance(problem, web.HTTPMethodNotAllowed):
            allowed = ", ".join(sorted(problem.allowed_methods))
            raise ApiError(405, "method_not_allowed", "Method not allowed.", {"Allow": allowed})
        if problem is not None:
            raise errors.not_found()
        if not call.request.path.startswith(BASE):
            return
        scheme, _, key = call.request.headers.get("Authorization", "").partition(" ")
        wrong = "Authorization header is missing." if not scheme else ""
        wrong = wrong or ("Invalid authorization format." if scheme != "Bearer" or not key else "")
        wrong = wrong or ("Invalid API key." if key not in self.keys else "")
        if wrong:
            raise ApiError(401, "unauthorized", wrong)
        if any(fnmatchcase(call.operation, pattern) for pattern in self.options.retired):
            raise ApiError(410, "endpoint_retired", "This endpoint has been retired.")

    async def _submit(self, request: web.Request) -> web.Response:
        body = request[_BODY]
        if not isinstance(body, dict):
            raise errors.invalid("The request body should be a JSON object.")
        return await self.submit(asked_for(request.path.removeprefix(BASE), body), body)

    async def _poll(self, request: web.Request) -> web.Response:
        task_id = request.match_info["task_id"]
        if not task_id:
            raise errors.invalid("missing task id")
        return self.poll(task_id, request.path.removeprefix(BASE).split("/")[1])

    async def _credits(self, _: web.Request) -> web.Response:
        body = {"credits": self.balance.credits, "extra_credits": self.balance.extra_credits}
        # Closed, as SimCord would wait for the timer of a connection that is kept: 15 s a command.
        return web.json_response(body, headers={"Connection": "close"})

    async def _audio(self, request: web.Request) -> web.Response:
        """A clip's sound as polls list it once it has succeeded, and as WAV once it was asked for."""
        suffix, clip = request.path.rpartition(".")[2], self._found(request, self.store.finished)
        kind = "wav" if clip.clip_id in self.wavs and suffix == "wav" else clip.kind
        if kind != suffix:
            raise errors.not_found()
        return web.Response(body=await self.sound.file(clip, kind), content_type=_FILES[kind])

    async def _image(self, request: web.Request) -> web.Response:
        clip = self._found(request, lambda clip_id: self.store.find(clip_id)[1])
        number = zlib.crc32(clip.title.encode("utf-8", "surrogatepass"))
        return web.Response(body=sound.cover(number), content_type="image/jpeg")

    def _found(self, request: web.Request, find: Callable[[str], Clip]) -> Clip:
        try:
            return find(request.match_info["clip_id"])
        except ApiError as error:
            raise errors.not_found() from error
