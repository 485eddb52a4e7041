"""The channels as they would be: fold repeats for a while, keep history, lose answers, get closed."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from jobs.models import Attachment, Card, Clip, Job, Post
from jobs.ports import AnswerLost, FileTooBig, NothingSent, Undeliverable
from tests.fakes.clock import VirtualLoop
from tests.jobs.model.outcomes import Send

# Discord folds a repeated nonce for "the past few minutes".
FOLDS_FOR = 240.0
_LANDS_AFTER = 20.0
_LOST = frozenset({Send.LOST_BEFORE, Send.LOST_AFTER, Send.LOST_LATE})


@dataclass(frozen=True)
class Message:
    """A message that is in a channel. It may promise that what is missing follows."""

    id: int
    channel_id: int
    job_id: int
    round: int
    seq: int
    nonce: str
    positions: tuple[int, ...]
    at: float
    lost: tuple[int, ...] = ()
    failed: tuple[int, ...] = ()
    missing: tuple[int, ...] | None = None
    promises: bool = False


@dataclass
class ModelChannels:
    """Outlives every process. `takes` is how long a post takes, in seconds.

    Attributes:
        broken: What must never happen, and did.
        intended: Whether the file says that this attempt may be under way.
        kill: Ends the process that posts.
        cards: The cards that members have seen, by the number of the job.
    """

    time: VirtualLoop
    intended: Callable[[Job, Post], bool]
    kill: Callable[[], None] = lambda: None
    messages: list[Message] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    was_closed: set[int] = field(default_factory=set)
    outcomes: list[Send] = field(default_factory=list)
    takes: float = 1.0
    cards: dict[int, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    card_says: dict[int, tuple[str, int, int, bool]] = field(default_factory=dict)
    said: dict[tuple[int, int], tuple[object, ...]] = field(default_factory=dict)

    async def edit(self, job: Job, post: Post) -> None:
        await asyncio.sleep(self.takes)
        if job.channel_id in self.closed:
            raise Undeliverable("closed")
        self._say(job)
        del post

    async def show_card(self, job: Job, card: Card) -> None:
        await asyncio.sleep(self.takes)
        if job.channel_id in self.closed:
            raise Undeliverable("closed")
        there = any(card.message_id == message.id for message in self.messages)
        self.card_says[job.id] = (job.state.value, job.charged - job.returned, job.unresolved, there)

    def _say(self, job: Job) -> None:
        """What the message about a job tells of its credits."""
        self.said[job.id, job.round] = (job.state.value, job.charged, job.returned, job.unresolved)

    async def post(self, job: Job, post: Post, clips: Sequence[Clip], files: Sequence[Attachment]) -> int:
        if not self.intended(job, post):
            self.broken.append(f"job {job.id}: a post left before that was committed")
        positions = tuple(clip.position for clip in clips if clip.position in post.said)
        return await self.send(
            job.channel_id, lambda: self._land(job, post, positions), with_files=bool(files)
        )

    async def send(self, channel_id: int, land: Callable[[], int], *, with_files: bool) -> int:
        """A message leaves for a channel; what comes next of `outcomes` says whether and when it lands."""
        outcome = self.outcomes.pop(0) if self.outcomes else Send.FINE
        if outcome is Send.KILLED_BEFORE:
            await self._killed()
        await asyncio.sleep(self.takes)
        self._stop_before_the_effect(channel_id, outcome, with_files=with_files)
        if outcome in (Send.LOST_LATE, Send.KILLED_LATE):
            self.time.call_later(_LANDS_AFTER, land)
        else:
            message_id = land()
        if outcome in (Send.KILLED_AFTER, Send.KILLED_LATE):
            await self._killed()
        await asyncio.sleep(0.1)
        if outcome in _LOST:
            raise AnswerLost("it broke off")
        return message_id

    def _stop_before_the_effect(self, channel_id: int, outcome: Send, *, with_files: bool) -> None:
        if channel_id in self.closed:
            raise Undeliverable("closed")
        if outcome is Send.REFUSED:
            raise NothingSent("not now")
        if outcome is Send.TOO_BIG and with_files:
            raise FileTooBig("too big")
        if outcome is Send.LOST_BEFORE:
            raise AnswerLost("it broke off")

    async def _killed(self) -> None:
        self.kill()
        await asyncio.Event().wait()

    def _land(self, job: Job, post: Post, positions: tuple[int, ...]) -> int:
        now = self.time.now()
        for message in self.messages:
            if message.nonce == post.nonce and now - message.at < FOLDS_FOR:
                return message.id
        self._say(job)
        message = Message(
            len(self.messages) + 1, job.channel_id, job.id, job.round, post.seq, post.nonce, positions, now,
            post.lost, post.failed, post.missing, bool(post.missing) and job.deadline_at is not None,
        )  # fmt: skip
        if any(self._same_place(message, other) for other in self.messages):
            self.broken.append(f"job {job.id}: message {post.seq} of round {job.round} was posted twice")
        self.messages.append(message)
        return message.id

    @staticmethod
    def _same_place(one: Message, other: Message) -> bool:
        return (one.job_id, one.round, one.seq) == (other.job_id, other.round, other.seq)

    async def find(self, job: Job, post: Post) -> int | None:
        await asyncio.sleep(0.1)
        if job.channel_id in self.closed:
            raise Undeliverable("closed")
        for message in self.messages:
            if (message.channel_id, message.nonce) == (job.channel_id, post.nonce):
                return message.id
        return None

    async def find_card(self, job: Job) -> int | None:
        await asyncio.sleep(0.1)
        if job.channel_id in self.closed:
            raise Undeliverable("closed")
        return self.cards.get(job.id)

    def close(self, channel_id: int) -> None:
        self.closed.add(channel_id)
        self.was_closed.add(channel_id)

    def of(self, job_id: int, round_: int) -> list[Message]:
        """What the members see of a delivery."""
        return [message for message in self.messages if (message.job_id, message.round) == (job_id, round_)]

    def songs(self, job_id: int, round_: int) -> Counter[int]:
        """The results that they see, and how often."""
        return Counter(position for message in self.of(job_id, round_) for position in message.positions)
