"""The one transport: bytes out, bytes in, one attempt per call.

Nothing retries here. aiohttp itself repeats only idempotent methods on a stale connection, never a
POST. Its errors carry the request, and with it the key, in their `repr`, so they never leave this
module: each is translated, and the cause is dropped on purpose (`from None`).
"""

import asyncio
import logging
from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache
from types import TracebackType
from typing import Self
from urllib.parse import quote
from uuid import uuid4

import aiohttp
from yarl import URL

from musicapi import responses
from musicapi.errors import (
    InvalidRequest,
    Moved,
    MusicApiError,
    NotSent,
    OutcomeUnknown,
    Retired,
    TaskUnknown,
    Unauthorized,
    WrongAddress,
)
from musicapi.models import Credits, Submission, TaskStatus
from musicapi.profile import Params, Profile
from musicapi.requests.bodies import build
from musicapi.retry_after import retry_after
from musicapi.webhooks import Webhook

log = logging.getLogger(__name__)

# A submit may take a minute to be answered (an upload holds the request open for about 20 s), and
# giving up early turns a paid call into an unknown one. Reads are cheap to repeat.
_SUBMIT_TIMEOUT = aiohttp.ClientTimeout(total=150, sock_connect=10)
_READ_TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=10)
# Connections for reads: more than a caller has looks on their way (aiohttp's own bound is 100), for one that
# waits in the connector is late and does not know it.
READS_AT_ONCE = 450
_MAX_REPLY = 4 * 1024 * 1024
_MAX_SHOWN = 200

# Redirects that say that nothing was done here; after the others something may have been.
_MOVED = (301, 302, 307, 308)

Answer = tuple[int, bytes, float | None]


def _nothing_to_check() -> None:
    """Let a request leave."""


# The way through aiohttp to the moment at which a request of this task leaves.
_last_check: ContextVar[Callable[[], None]] = ContextVar("last_check", default=_nothing_to_check)


class _CheckedRequest(aiohttp.ClientRequest):
    """A request that is checked once more when the connection is made and nothing has been sent."""

    async def send(self, conn: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        _last_check.get()()
        return await super().send(conn)


class MusicApiClient:
    """The AI Music API over HTTP. Use it as an async context manager."""

    def __init__(self, key: str, profile: Profile, *, base_url: str | None = None) -> None:
        self.profile = profile
        self.base_url = (base_url or profile.base_url).rstrip("/")
        self._key = key
        self._sessions: dict[str, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Self:
        # A submit gets a connection of its own: on a kept one the server may close just as the request
        # leaves, and a paid call would be unknown for no reason.
        reading = aiohttp.TCPConnector(limit=READS_AT_ONCE)
        sending = aiohttp.TCPConnector(force_close=True)
        self._sessions = {"GET": self._new_session(reading), "POST": self._new_session(sending)}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for session in self._sessions.values():
            await session.close()
        self._sessions = {}

    def keyed(self, key: str) -> "MusicApiClient":
        """The same API with another key, over the same connections and for as long as they are open."""
        other = MusicApiClient(key, self.profile, base_url=self.base_url)
        other._sessions = self._sessions
        return other

    def _new_session(self, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=connector,
            request_class=_CheckedRequest,
            headers={"User-Agent": "Encore"},
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def submit(
        self,
        operation: str,
        params: Params,
        webhook: Webhook | None = None,
        last_check: Callable[[], None] = _nothing_to_check,
    ) -> Submission:
        """Ask the API to start an operation. Costs credits; never repeat it after `OutcomeUnknown`.

        The webhook is left out where the operation takes none. `last_check` is called when nothing is left to
        do but to send; what it raises is raised here, and nothing was sent.

        Raises:
            InvalidInput: The parameters are wrong, or the operation is retired; nothing was sent.
            NotSent: No connection; nothing was started.
            Refused: The API said no; nothing was started.
            OutcomeUnknown: The answer was lost; something may have been started.
        """
        body, terms = build(operation, params, self.profile), self.profile.terms(operation)
        if webhook and terms.webhook:
            body |= {"webhook_url": webhook.url, "webhook_secret": webhook.secret}
        _last_check.set(last_check)
        status, reply, wait = await self._call("POST", terms.path, _SUBMIT_TIMEOUT, body)
        return responses.read_submission(status, reply, makes=terms.makes, retry_after=wait)

    async def poll(self, provider: str, task_id: str) -> TaskStatus:
        """Ask how a task is doing. Free. Raises as `responses.read_task` does, and `NotSent`."""
        path = self.profile.tasks[provider].format(task_id=quote(task_id, safe=""))
        status, reply, wait = await self._call("GET", path, _READ_TIMEOUT)
        return responses.read_task(status, reply, task_id=task_id, retry_after=wait)

    async def credits(self) -> Credits:
        """Read the balance. Free. Raises as `responses.read_credits` does, and `NotSent`."""
        status, reply, wait = await self._call("GET", "/get-credits", _READ_TIMEOUT)
        return responses.read_credits(status, reply, retry_after=wait)

    async def speaks_its_profile(self) -> bool | None:
        """Ask after a task that nobody has: is its path there? None where the answer does not say. Free.

        Raises:
            Unauthorized: The key is wrong.
            Moved: The API is elsewhere.
        """
        try:
            await self.poll(next(iter(self.profile.tasks)), str(uuid4()))
        except (Unauthorized, Moved):
            raise
        except WrongAddress:
            return False
        except (TaskUnknown, InvalidRequest, Retired):
            return True
        except MusicApiError:
            return None
        return True

    async def _call(
        self, method: str, path: str, limits: aiohttp.ClientTimeout, body: Params | None = None
    ) -> Answer:
        try:
            async with self._sessions[method].request(
                method,
                URL(self.base_url + path, encoded=True),
                json=body,
                headers={"Authorization": f"Bearer {self._key}"},
                timeout=limits,
                allow_redirects=False,
            ) as response:
                if response.status in _MOVED and "Location" in response.headers:
                    raise _moved(response, path)
                headers = response.headers
                wait = retry_after(headers.get("Retry-After", ""), date=headers.get("Date", ""))
                return response.status, await _read_capped(response), wait
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise NotSent(f"no connection to the API ({_kind(error)})") from None
        except (aiohttp.ClientError, TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            raise OutcomeUnknown(f"the answer was lost ({_kind(error)})") from None


def _moved(response: aiohttp.ClientResponse, path: str) -> Moved:
    """Say where the API has moved, as what `MUSIC_API_URL` would have to be."""
    try:
        to = response.url.join(URL(response.headers["Location"]))
        address = f"{to.origin()}{to.path.removesuffix(path) if to.path.endswith(path) else ''}"
    except ValueError:  # no address at all
        address = "another address"
    shown = "".join(character for character in address if character.isprintable())[:_MAX_SHOWN]
    _log_moved(shown)
    return Moved(f"the API has moved to {shown}", shown)


@lru_cache(maxsize=64)
def _log_moved(address: str) -> None:
    """Once an address, as every call meets it."""
    log.error("the music API has moved; if its own pages say so too, set MUSIC_API_URL to that: %s", address)


async def _read_capped(response: aiohttp.ClientResponse) -> bytes:
    """Read the decompressed body up to the cap: a small answer can unpack to gigabytes."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > _MAX_REPLY:
            raise OutcomeUnknown(f"the answer is larger than {_MAX_REPLY} bytes")
    return bytes(body)


def _kind(error: BaseException) -> str:
    """Only the class name: the text of an aiohttp error may hold the URL, its `repr` the key."""
    return type(error).__name__
