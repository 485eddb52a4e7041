"""The promises, taken out of a bot one at a time: what the audit must notice. And a clock that is ahead.

The child's hook imports this where FAKE_DISCORD_PATCHES names it; each entry of `PATCHES` changes a module
right after it was loaded. It stands on nothing of the tests, for it lives in the bot's process.
"""

import os
import secrets
import time
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from typing import Any


def fresh_nonce(delivery: Any) -> None:  # noqa: ANN401 - a module
    """Every attempt to post has a nonce of its own."""
    original = delivery.ChannelOutbox.post

    async def post(self: Any, job: Any, one: Any, clips: Any, files: Any) -> int:  # noqa: ANN401
        sent: int = await original(self, job, replace(one, nonce=secrets.token_hex(8)), clips, files)
        return sent

    delivery.ChannelOutbox.post = post


def done_before_post(delivering: Any) -> None:  # noqa: ANN401 - a module
    """A job is noted as delivered, then it is posted."""
    original = delivering._send

    async def send(context: Any, job: Any, *rest: Any) -> None:  # noqa: ANN401
        if job.state is delivering.JobState.POSTING:
            now = context.clock.now()
            done = replace(job.entering(delivering.JobState.DONE, now=now), notified_at=now)
            await context.store.write(delivering.transitions.save, job, done)
        await original(context, job, *rest)

    delivering._send = send


def blind_retry(client: Any) -> None:  # noqa: ANN401 - a module
    """A paid call is made once more when its answer was lost."""
    original = client.MusicApiClient.submit
    from musicapi.errors import OutcomeUnknown  # noqa: PLC0415 - not before the bot itself is loaded

    async def submit(self: Any, *order: Any) -> Any:  # noqa: ANN401
        try:
            return await original(self, *order)
        except OutcomeUnknown:
            return await original(self, *order)

    client.MusicApiClient.submit = submit


@dataclass(frozen=True, slots=True)
class _Asked:
    """An API that has been asked already: `submit` says how that went."""

    outcome: Any

    async def submit(self, *_order: Any, **_options: Any) -> Any:  # noqa: ANN401
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def call_before_commit(submitting: Any) -> None:  # noqa: ANN401 - a module
    """`submitting` is committed only when the paid call is over."""
    original = submitting.submit

    async def submit(context: Any, job: Any) -> None:  # noqa: ANN401
        try:
            outcome = await context.api.submit(job.operation, job.params, job.account)
        except Exception as error:  # noqa: BLE001 - handed on, as the API would have raised it
            outcome = error
        asked = copy(context)
        asked.api = _Asked(outcome)
        await original(asked, job)

    submitting.submit = submit


def fresh_jam_nonce(jam_outbox: Any) -> None:  # noqa: ANN401 - a module
    """Every attempt to say something of a jam has a nonce of its own."""
    original = jam_outbox.JamChannelOutbox.say

    async def say(self: Any, jam: Any, post: Any, *rest: Any) -> int:  # noqa: ANN401
        said: int = await original(self, jam, replace(post, nonce=secrets.token_hex(8)), *rest)
        return said

    jam_outbox.JamChannelOutbox.say = say


def lost_answer_believed(jam_outbox: Any) -> None:  # noqa: ANN401 - a module
    """A message of a jam counts as said where nobody knows."""
    original = jam_outbox.JamChannelOutbox.say

    async def say(*given: Any) -> int:  # noqa: ANN401
        try:
            said: int = await original(*given)
        except jam_outbox.AnswerLost:
            return 1
        return said

    jam_outbox.JamChannelOutbox.say = say


def ballot_appended(ballots: Any) -> None:  # noqa: ANN401 - a module
    """What a member picked before stays beside what they pick now."""
    ballots.drop = lambda *_: None


def clock_ahead(clock: Any) -> None:  # noqa: ANN401 - a module
    """The bot's clock shows the time after an absence, as that of Discord does."""
    seconds = float(os.environ["CHAOS_AHEAD"])
    clock.Clock.now = lambda _self: time.time() + seconds


BREAKS: dict[str, tuple[str, Callable[[Any], None]]] = {
    "fresh nonce": ("cogs.delivery.outbox", fresh_nonce),
    "done before post": ("jobs.engine.deliver", done_before_post),
    "blind retry": ("musicapi.client", blind_retry),
    "call before commit": ("jobs.engine.submit", call_before_commit),
    "fresh jam nonce": ("cogs.delivery.jam_outbox", fresh_jam_nonce),
    "lost answer believed": ("cogs.delivery.jam_outbox", lost_answer_believed),
    "ballot appended": ("jobs.store.queries.jams.ballots", ballot_appended),
}
"""By name: the module and what is done to it."""

PATCHES: dict[str, Callable[[Any], None]] = {}
if os.environ.get("CHAOS_AHEAD"):
    PATCHES["jobs.ports"] = clock_ahead
if os.environ.get("CHAOS_BREAK"):
    PATCHES |= dict([BREAKS[os.environ["CHAOS_BREAK"]]])
