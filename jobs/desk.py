"""What members can do: the face of `jobs` that the commands talk to.

Nothing here waits for the music API except `balance` and `refreshed`, which say so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jobs.gate import Refusal, check
from jobs.models import Balance, Clip, Job, Order, Reason, Usage, Visit
from jobs.ports import PortError
from jobs.states import OPEN, JobState, S
from jobs.workshop import Workshop

# Failures after which the API may still finish the task.
_LOOK_AGAIN = (Reason.DEADLINE, Reason.FORGOTTEN, Reason.INTERNAL)


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted job, and when such jobs are usually done (seconds since the epoch)."""

    job: Job
    usually_at: float


class Desk:
    """Orders, cancellations, questions.

    Args:
        wake: Tells the engine that rows have changed, in the given states or in any.
    """

    def __init__(self, shop: Workshop, wake: Callable[..., None]) -> None:
        self._shop = shop
        self._wake = wake

    async def accept(self, order: Order, visit: Visit) -> Accepted:
        """Run the gate and note the job. The engine begins when `answered` is called, or a little later.

        Raises:
            Refusal: The order was not taken; nothing was noted or reserved.
        """
        check(order, visit, self._shop.catalogue)
        now = self._shop.clock.now()
        terms = self._shop.catalogue.terms(order.operation)
        job = await self._shop.store.accept(
            order,
            visit,
            provider=terms.provider,
            price=self._shop.catalogue.price(order.operation, order.params),
            now=now,
            due_at=now + self._shop.schedule.wait(self._shop.schedule.answer_grace),
        )
        return Accepted(job, now + await self.usually(order.operation))

    async def answered(self, job: Job, card_message_id: int | None) -> None:
        """The member has seen the answer: the engine may begin."""
        await self._shop.store.answered(
            job.id, card_message_id=card_message_id, now=self._shop.clock.now()
        )  # fmt: skip
        self._wake(S.ACCEPTED)

    async def usually(self, operation: str) -> float:
        """How many seconds such a job takes."""
        history = await self._shop.durations(operation)
        return self._shop.schedule.usually(self._shop.catalogue.terms(operation), history)

    async def cancel(self, job_id: int) -> Job | None:
        """Cancel a job from which nothing has been spent, or give up a held one; None when it is too late."""
        job = await self._shop.store.job(job_id)
        if job is None or job.state not in (S.ACCEPTED, S.HELD):
            return None
        now = self._shop.clock.now()
        # A held job may have been paid for: its credits count as spent until the balance says otherwise.
        book = "released" if job.state is S.ACCEPTED else "settled"
        if not await self._shop.store.move(
            job, S.CANCELLED, now=now, book=[book], told_at=now, finished_at=now
        ):
            return None
        self._wake()
        return replace(job, state=JobState.CANCELLED)

    async def retry(self, job_id: int) -> Job | None:
        """Submit a held job again, at its price; None when it is not held any more."""
        job = await self._shop.store.job(job_id)
        if job is None or job.state is not S.HELD:
            return None
        now = self._shop.clock.now()
        if not await self._shop.store.move(
            job, S.ACCEPTED, now=now, book=["settled", "reserved"], due_at=now, round=job.round + 1,
            submit_at=None, answered_at=None, told_at=None, reason="", looks=0,
        ):  # fmt: skip
            return None
        self._wake()
        return job

    async def send_again(self, job_id: int, visit: Visit) -> Job | None:
        """Deliver results once more, here, or look again at a task given up on; None when there is neither.

        Raises:
            Refusal: The bot may not post here.
        """
        job = await self._shop.store.job(job_id)
        if job is None or job.guild_id != visit.guild_id:
            return None
        if visit.missing_permissions:
            raise Refusal("permissions", names=visit.missing_permissions)
        now = self._shop.clock.now()
        anew: dict[str, Any] = {
            "round": job.round + 1, "due_at": now, "told_at": None, "reason": "", "reason_text": "",
            "channel_id": visit.channel_id, "upload_limit": visit.upload_limit,
            "card_message_id": job.card_message_id if visit.channel_id == job.channel_id else None,
        }  # fmt: skip
        if job.state in (S.DONE, S.UNDELIVERABLE):
            moved = await self._shop.store.move(job, S.READY, now=now, **anew)
        elif job.state is S.FAILED and job.task_id and job.reason in _LOOK_AGAIN:
            deadline = now + self._shop.schedule.wait(self._shop.catalogue.terms(job.operation).deadline)
            moved = await self._shop.store.move(
                job, S.WAITING, now=now, **{**anew, "deadline_at": deadline, "looks": 0}
            )
        else:
            return None
        self._wake()
        return job if moved else None

    async def job(self, job_id: int, guild_id: int) -> Job | None:
        """A job of this server by its number."""
        job = await self._shop.store.job(job_id)
        return job if job is not None and job.guild_id == guild_id else None

    async def recent(self, guild_id: int, user_id: int | None = None, *, limit: int = 10) -> Sequence[Job]:
        """The latest jobs of a server, or of one member there; open ones first."""
        return await self._shop.store.recent(guild_id, user_id=user_id, limit=limit)

    async def clips(self, job_id: int) -> Sequence[Clip]:
        """The results of a job."""
        return await self._shop.store.clips(job_id)

    async def clip(self, guild_id: int, clip_id: str) -> Clip | None:
        """A clip that this server made."""
        return await self._shop.store.clip(guild_id, clip_id)

    async def children(self, guild_id: int, clip_id: str) -> Sequence[Clip]:
        """What was made from a clip in this server."""
        return await self._shop.store.children(guild_id, clip_id)

    async def search(self, guild_id: int, text: str, *, kinds: Sequence[str]) -> Sequence[Clip]:
        """Clips of a server by title, newest first, at most 25."""
        return await self._shop.store.search(guild_id, text, kinds=kinds)

    async def refreshed(self, clip: Clip) -> Clip:
        """The clip with the links that the API gives now (waits for it); the old ones where it is silent."""
        job = await self._shop.store.job(clip.job_id)
        if job is None or not job.task_id:
            return clip
        try:
            found = await self._shop.api.look(job.provider, job.task_id)
        except PortError:
            return clip
        for result in found.clips:
            if result.clip_id == clip.clip_id and result.audio_url:
                return replace(clip, audio_url=result.audio_url, image_url=result.image_url or clip.image_url)
        return clip

    async def balance(self) -> Balance | None:
        """The account's credits. Waits for the API, a few seconds at most; then the last known, if any."""
        return await self._shop.balance() or self._shop.last_balance

    async def usage(self, guild_id: int, user_id: int | None = None, *, since: float = 0.0) -> Usage:
        """What was spent and is reserved, by a server or one member there."""
        return await self._shop.store.usage(guild_id, user_id=user_id, since=since)

    def price(self, order: Order) -> int:
        """Credits that an order costs."""
        return self._shop.catalogue.price(order.operation, order.params)

    def models(self, provider: str) -> Sequence[tuple[str, str]]:
        """Models a member can choose, as (name, id)."""
        return self._shop.catalogue.models(provider)

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._shop.clock.now()

    @staticmethod
    def is_open(job: Job) -> bool:
        """Whether a member still waits for this job."""
        return job.state in OPEN
