"""The members: what they ask for, and what they press when the bot asks them."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from tests.behaviour.chaos import seen
from tests.behaviour.chaos.seen import Kind
from tests.fakes.discord import Channel, ClientRefusalError, FakeDiscord, Interaction, Member, Message

_MEMBERS = 6
_CHANNELS = 3
# Words that the API's moderation refuses.
_REFUSED = "a copyrighted line"
# The rest of what is asked for are songs: shares of the buttons under a song, each named after its operation.
_FOLLOW_UPS = ((0.08, "suno.stems_basic"), (0.03, "suno.stems_full"), (0.04, "suno.wav"))
_REFUSED_SHARE = 0.03
_CANCELLED_SHARE = 0.05
# What is done about a held job: tried again, given up, or left as it is.
_DECISIONS = (("retry", 5), ("give-up", 3), ("", 2))
_GLANCE_SECONDS = 0.2

Key = tuple[str, str]
"""What ties a request to its charge from outside: the operation, and its unique prompt or clip."""


@dataclass(slots=True, eq=False)
class RequestParams:
    """One thing that a member asked for."""

    key: Key
    handle: Interaction

    @property
    def number(self) -> int:
        """The job's number, by the card that the member sees; 0 without one."""
        answers = (self.handle.message, *self.handle.followups)
        read = [seen.read(one) for one in answers if one is not None and not one.deleted]
        return next((number for kind, number in read if kind is Kind.CARD), 0)


@dataclass(slots=True)
class Crowd:
    """Members in a few channels. `presses` counts, by act and job, the buttons that were pressed."""

    discord: FakeDiscord
    chance: random.Random
    name: str
    members: list[Member] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    asks: list[RequestParams] = field(default_factory=list)
    presses: Counter[tuple[str, int]] = field(default_factory=Counter)
    _decided: set[int] = field(default_factory=set)
    _songs: list[Message] = field(default_factory=list)
    _used: set[Key] = field(default_factory=set)

    def gather(self) -> None:
        """Come together."""
        self.members = [self.discord.add_member(f"member {number}") for number in range(_MEMBERS)]
        self.channels = [self.discord.add_channel(f"chaos-{number}") for number in range(_CHANNELS)]

    @property
    def cards(self) -> int:
        """How many of the asked things have a card, which is a promise."""
        return sum(bool(ask.number) for ask in self.asks)

    async def live(self, wishes: int, seconds: float) -> None:
        """Ask for so many things within the seconds, and decide what there is to decide, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch())
            await self._wish(wishes, seconds)

    async def spend(self, wishes: int, seconds: float) -> None:
        """The same for just these seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.live(wishes, seconds * 0.8)

    async def _wish(self, wishes: int, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        for moment in sorted(self.chance.uniform(0.0, seconds) for _ in range(wishes)):
            await asyncio.sleep(max(begun + moment - loop.time(), 0.0))
            ask = self._ask()
            if self.chance.random() < _CANCELLED_SHARE:
                await self._think_better(ask)

    def _ask(self) -> RequestParams:
        roll = self.chance.random()
        ask = None
        for share, operation in _FOLLOW_UPS:
            if ask is None and roll < share:
                ask = self._follow_up(operation)
            roll -= share
        ask = ask or self._song()
        self.asks.append(ask)
        return ask

    def _song(self) -> RequestParams:
        refused = f" with {_REFUSED}" if self.chance.random() < _REFUSED_SHARE else ""
        prompt = f"song {len(self.asks)} of {self.name}{refused}"
        member, channel = self.chance.choice(self.members), self.chance.choice(self.channels)
        return RequestParams(("suno.create", prompt), member.slash(channel, "suno create", prompt=prompt))

    def _follow_up(self, operation: str) -> RequestParams | None:
        """Something made of a delivered song, once of each."""
        for _ in range(min(len(self._songs), 3)):
            song = self.chance.choice(self._songs)
            name = seen.control(song, operation) or ""
            key = (operation, name.partition(f"{operation}:")[2].partition(":")[0])
            if name and key not in self._used:
                self._used.add(key)
                return RequestParams(key, self.chance.choice(self.members).press(song, name))
        return None

    async def _think_better(self, ask: RequestParams) -> None:
        await asyncio.sleep(self.chance.uniform(0.0, 0.3))
        if ask.number and ask.handle.message is not None:
            self._press(ask.handle.user.id, ask.handle.message, "cancel", ask.number)

    async def _watch(self) -> None:
        """Look at what is new, every now and then."""
        places = dict.fromkeys(self.channels, 0)
        while True:
            for channel in self.channels:
                messages = list(channel.messages.values())
                for message in messages[places[channel] :]:
                    self._consider(message)
                places[channel] = len(messages)
            for ask in self.asks:
                self._agree(ask)
            await asyncio.sleep(_GLANCE_SECONDS)

    def _agree(self, ask: RequestParams) -> None:
        """Agree to the price, should that be asked about."""
        question = ask.handle.message
        name = None if question is None else seen.control(question, "agree")
        member = next((member for member in self.members if member.id == ask.handle.user.id), None)
        if question is not None and name is not None and member is not None:
            with suppress(ClientRefusalError):
                ask.handle = member.press(question, name)

    def _consider(self, message: Message) -> None:
        if message.author is not self.discord.bot or message.id in self._decided:
            return
        self._decided.add(message.id)
        kind, number = seen.read(message)
        if kind is Kind.RESULTS and seen.control(message, "suno.stems_basic"):
            self._songs.append(message)
        elif kind is Kind.HELD and number in {ask.number for ask in self.asks}:
            [act] = self.chance.choices([act for act, _ in _DECISIONS], [weight for _, weight in _DECISIONS])
            if act:
                self._press(_pinged(message), message, act, number)
        elif kind in (Kind.FAILED, Kind.RESULTS) and seen.control(message, "look"):
            self._press(_pinged(message), message, "look", number)

    def _press(self, user_id: int, message: Message, act: str, number: int) -> None:
        name = seen.control(message, act)
        presser = next((member for member in self.members if member.id == user_id), None)
        if name is None or presser is None:
            return
        self.presses[act, number] += 1
        with suppress(ClientRefusalError):
            presser.press(message, name)

    def messages(self) -> Iterator[Message]:
        """Everything that the bot has said where others hear it, oldest first."""
        for channel in self.channels:
            yield from (message for message in channel.visible if message.author is self.discord.bot)


def _pinged(message: Message) -> int:
    return message.mentions.user_ids[0] if message.mentions.user_ids else 0
