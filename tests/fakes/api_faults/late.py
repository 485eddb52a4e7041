"""Effects that come, or show, long after the answer."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.music_api import Call
from sandbox.music_api.errors import ApiError
from sandbox.music_api.operations import asked_for
from tests.fakes.api_faults.rules import Fault, Phase

_BASE = "/api/v1"


@dataclass(frozen=True, slots=True)
class LandsLate(Fault):
    """A gateway gives up at once, and the request behind it is carried out so many seconds later."""

    seconds: float = 75.0
    status: int = 504
    _landing: set[asyncio.Task[None]] = field(default_factory=set, compare=False, repr=False)

    async def act(self, call: Call, reply: web.Response | None) -> web.Response | None:
        del reply
        if call.request.method != "POST":  # a look has no effect
            return None
        task = asyncio.create_task(self._land(call))
        self._landing.add(task)
        task.add_done_callback(self._landing.discard)
        return web.Response(status=self.status, text="<h1>Gateway</h1>", content_type="text/html")

    async def _land(self, call: Call) -> None:
        body = call.body if isinstance(call.body, dict) else {}
        await call.service.store.clock.sleep(self.seconds)
        with suppress(ApiError):  # nobody hears of a refusal
            await call.service.submit(asked_for(call.request.path.removeprefix(_BASE), body), body)


@dataclass(frozen=True, slots=True)
class OldBalance(Fault):
    """The balance shows charges and refunds so many seconds after they were made."""

    phase = Phase.AFTER
    seconds: float = 75.0

    def applies(self, reply: web.Response) -> bool:
        del reply
        return True

    async def act(self, call: Call, reply: web.Response | None) -> web.Response:
        del reply
        since = call.service.store.clock.now() - self.seconds
        account = call.service.account
        unseen = sum(charge.credits for charge in account.charges if charge.at > since)
        unseen -= sum(charge.credits for charge in account.charges if (charge.refunded_at or 0.0) > since)
        shown = account.balance.credits + unseen
        return web.json_response({"credits": shown, "extra_credits": account.balance.extra_credits})
