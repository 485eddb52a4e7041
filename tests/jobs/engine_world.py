"""An engine with the real store and the real API client, a clock that jumps, and a channel that is a list."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import musicapi
from jobs.context import JobContext
from jobs.engine.loop import Engine
from jobs.models import Attachment, Card, Clip, Job, Order, Origin, OutageNotice, Post
from jobs.models.jams.album import Album
from jobs.models.states import JobState
from jobs.orders.service import JobService
from jobs.ports import AnswerLost, Clock, PortError
from jobs.rules.schedule import Schedule
from jobs.store import Store, open_store
from jobs.store.queries import jobs
from jobs.webhooks import Webhooks
from musicapi.client import MusicApiClient
from musicapi.download import Downloader
from tests.conftest import KEY
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.clock import until
from tests.jobs.shelf import new_file, opened, ordered, url_of

VISIT = Origin(guild_id=1, channel_id=2, user_id=3, upload_limit=10_000_000)
SONG = Order("suno.create", {"description": "rivers"}, "rivers")


class Landed(AnswerLost):
    """The message is in the channel, and the answer that says so was lost."""


# The card of every job that was shown.
CARD = 77


@dataclass
class Channel:
    """Takes what is posted; `troubles` are raised first, one an attempt.

    For notices and copies those of `mute`, for cards those of `no_edits`.
    """

    posted: list[tuple[Job, Post, tuple[str, ...]]] = field(default_factory=list)
    troubles: list[PortError] = field(default_factory=list)
    found: list[Post] = field(default_factory=list)
    told: list[OutageNotice] = field(default_factory=list)
    mute: list[PortError] = field(default_factory=list)
    threads: list[str] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    edited: list[tuple[Job, Post]] = field(default_factory=list)
    copied: list[tuple[int, int | None]] = field(default_factory=list)
    shown: list[tuple[Job, Card]] = field(default_factory=list)
    no_edits: list[PortError] = field(default_factory=list)
    # The cards that are in the channel; those not named here are there.
    cards: dict[int, int | None] = field(default_factory=dict)

    async def ready(self) -> None:
        """It always is."""

    async def post(self, job: Job, post: Post, clips: Sequence[Clip], files: Sequence[Attachment]) -> int:
        del clips
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble is None or isinstance(trouble, Landed):
            self.posted.append((job, post, tuple(file.name for file in files)))
        if trouble is not None:
            raise trouble
        return len(self.posted)

    async def edit(self, job: Job, post: Post) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.edited.append((job, post))

    async def copy(self, job: Job, post: Post) -> None:
        if self.mute:
            raise self.mute.pop(0)
        self.copied.append((job.user_id, post.message_id))

    async def find_card(self, job: Job) -> int | None:
        if self.troubles:
            raise self.troubles.pop(0)
        return self.cards.get(job.id, CARD)

    async def thread(self, job: Job, name: str) -> int | None:
        self.threads.append(name)
        return job.card_message_id

    async def fresh_link(self, url: str) -> str:
        if self.troubles:
            raise self.troubles.pop(0)
        return f"{url}?fresh"

    async def find(self, job: Job, post: Post) -> int | None:
        del job
        self.found.append(post)
        return next((n for n, (_, other, _) in enumerate(self.posted, 1) if other.nonce == post.nonce), None)

    async def show_card(self, job: Job, card: Card) -> None:
        if self.no_edits:
            raise self.no_edits.pop(0)
        self.shown.append((job, card))

    async def tell_late(self, job: Job, until: float) -> None:
        del job
        self.late.append(until)

    async def notify(self, notice: OutageNotice) -> None:
        if self.mute:
            raise self.mute.pop(0)
        self.told.append(notice)

    async def names(self, guild_id: int, user_ids: Collection[int]) -> Mapping[int, str]:
        del guild_id
        return {user_id: f"member-{user_id}" for user_id in user_ids}

    def papers(
        self, album: Album, names: Mapping[int, str], files: Mapping[int, str], cover: str
    ) -> Mapping[str, str]:
        return {"credits.txt": f"{album.jam.theme} {sorted(names.values())} {sorted(files.values())} {cover}"}


@dataclass
class EngineWorld:
    """Everything at hand; `file` runs a statement on a connection of the test's own."""

    file: Callable[..., Sequence[tuple[Any, ...]]]
    store: Store
    engine: Engine
    service: JobService
    channel: Channel
    api: FaultyMusicApi
    context: JobContext

    async def ask(self, order: Order = SONG, *, shown: bool = True) -> int:
        """An accepted job whose card was shown, or of which nobody knows."""
        accepted = await ordered(self.service, order, VISIT)
        if shown:
            await self.service.card_shown(accepted.job, CARD)
        return accepted.job.id

    async def until(self, job_id: int, *states: JobState, told: bool = False) -> Job:
        """The job, once it is in one of the states (and told in the channel)."""

        def reached() -> bool:
            [(state, told_at)] = self.file("SELECT state, notified_at FROM job WHERE id = ?", [job_id])
            return state in states and (told_at is not None or not told)

        await until(reached, f"job {job_id} in {states}")
        return await self.job(job_id)

    async def job(self, job_id: int) -> Job:
        """The job as it is now."""
        job = await self.store.read(jobs.by_id, job_id)
        assert job is not None
        return job

    async def rest(self) -> None:
        """Wait until no step is under way."""
        await until(lambda: not any(lane.in_hand for lane in self.engine.lanes), "rest")


@asynccontextmanager
async def engine_world(
    api: FaultyMusicApi,
    folder: Path,
    *,
    key: str = KEY,
    url: str | None = None,
    webhooks: Webhooks | None = None,
) -> AsyncIterator[EngineWorld]:
    """Open everything; the engine runs."""
    profile = musicapi.load_profile("classic")
    file = folder / "encore.db"
    new_file(file)
    async with (
        open_store(url_of(file)) as store,
        MusicApiClient(key, profile, base_url=url or api.url) as client,
        Downloader("127.0.0.1") as downloader,
    ):
        channel = Channel()
        context = JobContext(
            store,
            client,
            downloader,
            channel,
            profile,
            Schedule(),
            Clock(),
            folder / "spool",
            webhooks=webhooks or Webhooks(),
        )
        engine = Engine(context)
        running = asyncio.create_task(engine.run())
        try:
            with opened(file) as own:
                yield EngineWorld(own, store, engine, JobService(context, engine.wake), channel, api, context)
        finally:
            await engine.stop(5.0)
            await running
