"""One use of the bot by a member: what was asked, and a handle to wait for what comes back."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from tests.fakes.discord.model import Channel, JsonObject, Message, User
from tests.fakes.discord.waiting import DEADLINE


class InteractionType(IntEnum):
    """How the member used the bot."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class CallbackType(IntEnum):
    """How the bot answered at first."""

    PONG = 1
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(frozen=True, slots=True)
class Answer:
    """The first callback; `after` is the time in seconds from the event's dispatch to its arrival."""

    type: CallbackType
    after: float
    data: JsonObject


@dataclass(frozen=True, slots=True)
class Modal:
    """A form that the bot asked the member to fill in, its components as Discord's JSON."""

    custom_id: str
    title: str
    components: list[JsonObject]


@dataclass(slots=True, eq=False)
class Interaction:
    """What a member did, and everything that the bot made of it.

    `refusals` holds the codes of first answers that came too late (10062), twice (40060) or wrong (50035).
    """

    id: int
    token: str = field(repr=False)
    type: InteractionType
    user: User = field(repr=False)
    channel: Channel = field(repr=False)
    data: JsonObject
    dispatched_at: float = field(repr=False)
    source: Message | None = field(default=None, repr=False)
    parent: "Interaction | None" = field(default=None, repr=False)
    answer: Answer | None = None
    message: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Modal | None = None
    choices: list[JsonObject] | None = None
    refusals: list[int] = field(default_factory=list)
    # For the measurement only; deadlines go by the fake's own clock.
    _started: float = field(default_factory=time.perf_counter, repr=False)

    @property
    def age(self) -> float:
        """Real seconds since the dispatch."""
        return time.perf_counter() - self._started

    @property
    def ephemeral(self) -> bool:
        """Whether only the member sees the answer."""
        return self.message is not None and self.message.ephemeral

    async def answered(self, *, deadline: float = DEADLINE) -> Answer:
        """Return the first callback."""
        return await self.channel.changes.until(lambda: self.answer, f"answer to {self!r}", deadline=deadline)

    async def shown(
        self, predicate: Callable[[Message], bool] | None = None, *, deadline: float = DEADLINE
    ) -> Message:
        """Return the answer once it is there, no longer "thinking...", and `predicate` holds for it."""

        def look() -> Message | None:
            message = self.message
            if message is None or message.loading or message.deleted:
                return None
            return message if predicate is None or predicate(message) else None

        return await self.channel.changes.until(look, f"message of {self!r}", deadline=deadline)

    async def followed_up(
        self, predicate: Callable[[Message], bool] | None = None, *, deadline: float = DEADLINE
    ) -> Message:
        """Return the first follow-up for which `predicate` holds."""
        return await self.channel.changes.until(
            lambda: next((m for m in self.followups if predicate is None or predicate(m)), None),
            f"follow-up of {self!r}",
            deadline=deadline,
        )
