"""What members can do: the face of `jobs` that the commands talk to.

Nothing here waits for the music API except `refreshed`, which says so.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from jobs.context import JobContext
from jobs.credits.reports import CreditReports
from jobs.credits.server_keys import Keys
from jobs.models import NO_CARD, NOBODY, Card, Change, Clip, Edit, GuildSettings, Job, Order, Origin, Zipped
from jobs.models.rejections import Rejected
from jobs.models.states import JobState
from jobs.orders import decisions
from jobs.orders.cards import card_of, first_card
from jobs.orders.enquiry import decided, for_the_balance, make_enquiry
from jobs.orders.library import Library
from jobs.orders.status import Overview, overview
from jobs.rules.admission import NeedsConfirmation
from jobs.store.queries import guilds, jobs, notes, orders, posts
from jobs.store.queries.library import zips
from musicapi import MusicApiError


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted job, and what its card shows; `repeated` if its interaction had ordered it before."""

    job: Job
    card: Card
    repeated: bool = False


class JobService:
    """Orders, decisions about them, and what moderators choose. All that is written, is written here.

    Args:
        wake: Tells the engine that rows have changed, in the given states or in any.
        ordered: Told the server of every order whose card was shown; must not wait.

    Attributes:
        read: Runs a query of `jobs.store.queries`.
        catalogue: What can be ordered, at which price, within which limits.
        now: Seconds since the epoch.
        metrics: Counts what comes.
        keep_days: For how many days what nothing needs any more is kept; None for ever.
    """

    def __init__(
        self,
        context: JobContext,
        wake: Callable[..., None],
        ordered: Callable[[int], None] = lambda _guild_id: None,
    ) -> None:
        self._context = context
        self._wake, self._ordered = wake, ordered
        self.metrics = context.metrics
        self.read = context.store.read
        self.catalogue = context.catalogue
        self.now = context.clock.now
        self.keep_days = context.accounts.policy.keep_days
        self.reports = CreditReports(context.store, context.accounts, context.clock)
        self.keys = Keys(
            context.store, context.accounts, context.api, context.clock, wake, signals=context.signals
        )
        self.library = Library(context.store, context.clock, context.catalogue, wake)

    async def accept(
        self,
        order: Order,
        origin: Origin,
        *,
        agreed: int = 0,
        draft_id: int | None = None,
        once: bool = False,
    ) -> Accepted | NeedsConfirmation:
        """Decide on admission and note the job. The engine begins after `card_shown`, or a little later.

        `agreed` is the price that the member has agreed to; a draft becomes a job only once. This can be
        repeated where nobody knows whether it was committed: an interaction orders one job, and gets that.
        `once` refuses what is being made of the same source, whoever ordered it.

        Raises:
            Rejected: The order was not taken; nothing was noted or reserved.
        """
        context, schedule = self._context, self._context.schedule
        enquiry = make_enquiry(context, order, origin, agreed=agreed)
        noted: orders.Noted | NeedsConfirmation = await decided(
            context,
            enquiry,
            lambda enquiry: context.store.write(
                orders.accept,
                enquiry,
                context.catalogue,
                due_at=enquiry.now + schedule.answer_grace,
                deadline_at=enquiry.now + schedule.wait(schedule.queue_for),
                draft_id=draft_id,
                once=once,
            ),
        )
        if isinstance(noted, NeedsConfirmation):
            return noted
        if noted.repeated:
            return await self._as_it_is(noted.job)
        return Accepted(noted.job, await first_card(context, noted.job, noted.ahead, noted.results_channel))

    async def ordered_by(self, interaction: str) -> Accepted | None:
        """Find the job that an interaction has ordered before."""
        job = await self.read(jobs.ordered_by, interaction)
        return None if job is None else await self._as_it_is(job)

    async def _as_it_is(self, job: Job) -> Accepted:
        return Accepted(job, await card_of(self._context, job), repeated=True)

    async def check_unasked(self, order: Order, origin: Origin, asked: Collection[str]) -> None:
        """Run the admission checks over all but the parameters that a member is still to be `asked` for.

        The balance is read again, and the price agreed to, when the form comes back.

        Raises:
            Rejected: The order would not be taken now whatever they are.
        """
        enquiry = make_enquiry(self._context, order, origin, unasked=asked)
        rejection = await self.read(orders.objection, enquiry, self._context.catalogue)
        if rejection is not None and not for_the_balance(rejection):
            raise Rejected(rejection)

    async def card_shown(self, job: Job, card_message_id: int | None, shows: str = "making") -> bool:
        """Let the engine begin: the member has seen the answer. `shows` is `Card.shows`.

        False where that was noted before.
        """
        noted = await self._context.store.write(
            posts.card_shown,
            job.id,
            card_message_id=card_message_id or NO_CARD,
            shows=shows if card_message_id else "",
            now=self._context.clock.now(),
        )
        self._wake(JobState.ACCEPTED)
        self._ordered(job.guild_id)
        return noted

    async def cancel(self, job_id: int) -> Job | None:
        """Cancel a job from which nothing has been spent, or give up a held one; None when it is too late."""
        return await self._decide(job_id, lambda job: decisions.cancel(self._context, job))

    async def retry(self, job_id: int, origin: Origin) -> Job | None:
        """Submit a held job again, at its price; see `decisions.retry`. Raises Rejected."""
        return await self._decide(job_id, lambda job: decisions.retry(self._context, job, origin))

    async def check(self, job: Job) -> tuple[Job, bool]:
        """Read the balance of a job's account now; the job as it is then, and whether it could be read."""
        found = await self._context.accounts.balance(job.account)
        return await self.read(jobs.existing, job.id), found is not None

    async def send_again(self, job_id: int, origin: Origin) -> Job | None:
        """Deliver results once more, here; see `decisions.send_again`. Raises Rejected."""
        return await self._decide(job_id, lambda job: decisions.send_again(self._context, job, origin))

    async def pack(self, job: Job, origin: Origin, *, under: int) -> Zipped | None:
        """Post the sound of a job as zips below a message; see `queries.library.zips`. Raises Rejected."""
        packed = await self._context.store.write(zips.pack, job, origin, under=under, now=self.now())
        if packed is not None and not isinstance(packed, Zipped):
            raise Rejected(packed)
        self._wake(JobState.READY)
        return packed

    async def look_again(self, job_id: int, origin: Origin) -> Job | None:
        """Poll a task that may have more to give; see `decisions.look_again`. Raises Rejected."""
        return await self._decide(job_id, lambda job: decisions.look_again(self._context, job, origin))

    async def called_back(self, job_id: int) -> None:
        """Poll a task now, as the API says that it is over; whether it is, the poll tells."""
        if await self._context.store.write(jobs.poll_now, job_id, now=self.now()):
            self._context.signals.send("called", job_id)
            self._wake(JobState.WAITING, JobState.DONE)

    async def left(self, guild_id: int) -> None:
        """Cancel or give up what can be in a server that removed the bot, and forget its key.

        What is in the middle of a call follows when its outcome is known (`JobContext.gone`).
        """
        self._context.gone.add(guild_id)
        self._context.signals.send("gone", guild_id)
        for state in (JobState.ACCEPTED, JobState.HELD):
            for job in await self._context.store.read(jobs.in_state, state):
                if job.guild_id == guild_id:
                    await decisions.cancel(self._context, job)
        await self.keys.remove(guild_id, 0)

    async def absent(self, guild_ids: Collection[int]) -> Sequence[int]:
        """List servers with open jobs or a key that are not among these; they may have removed the bot.

        Of several processes one looks for them all.
        """
        if not self._context.slots.leads:
            return []
        return [
            guild_id
            for guild_id in await self._context.store.read(guilds.in_use)
            if guild_id not in {0, *guild_ids}
        ]

    def joined(self, *guild_ids: int) -> None:
        """Note that the bot is in these servers (again)."""
        for guild_id in self._context.gone.intersection(guild_ids):
            self._context.gone.discard(guild_id)
            self._context.signals.send("joined", guild_id)

    async def _decide(self, job_id: int, decide: Callable[[Job], Awaitable[Job | None]]) -> Job | None:
        job = await self._context.store.read(jobs.by_id, job_id)
        try:
            # Of a member who was forgotten there are no results, and nobody to bring them to.
            return None if job is None or job.user_id == NOBODY else await decide(job)
        finally:  # what was decided may be in the file although writing it failed
            self._wake()

    async def refreshed(self, clip: Clip) -> Clip:
        """Renew the link of a clip, waiting for the API; leave it out where it does not work."""
        fresh, job = clip, await self._context.store.read(jobs.by_id, clip.job_id)
        if job is not None and job.task_id:
            with suppress(MusicApiError):
                found = await self._context.api.poll(job.provider, job.task_id, job.account)
                listed = [one for one in found.clips if one.clip_id == clip.clip_id and one.audio_url]
                for one in listed[:1]:
                    fresh = replace(clip, audio_url=one.audio_url, image_url=one.image_url or clip.image_url)
        works = bool(fresh.audio_url) and await self._context.downloader.works(fresh.audio_url)
        return fresh if works else replace(fresh, audio_url="")

    async def change_settings(
        self, guild_id: int, user_id: int, edit: Edit
    ) -> tuple[GuildSettings, Sequence[Change]]:
        """Change settings of a server, and note who did; return all of them, and what changed."""
        return await self._context.store.write(guilds.change, guild_id, edit, by=user_id, now=self.now())

    async def keep_draft(self, order: Order, origin: Origin) -> int:
        """Keep an order until the form in front of the member comes back; return its number."""
        return await self._context.store.write(
            orders.keep_draft, order, guild_id=origin.guild_id, user_id=origin.user_id, now=self.now()
        )

    async def overview(self, guild_id: int) -> Overview:
        return await overview(self._context, guild_id)

    async def note(self, key: str, value: str) -> None:
        await self._context.store.write(notes.write, key, value)

    async def note_once(self, key: str, value: str) -> bool:
        """Note a fact unless one is noted there; whether it was noted now."""
        return await self._context.store.write(notes.write_once, key, value)
