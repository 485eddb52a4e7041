"""A channel with one jam: who is there, what stands in it, and what everybody has pressed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.behaviour.chaos import seen
from tests.fakes.discord import Channel, Interaction, Member, Message, User

_PICKED = re.compile(r"\*\*(\w+)\*\*")
_RESULT = (": the result", ": the song")
_NOTHING = ("was cancelled", "is over without a song")


@dataclass(frozen=True, slots=True)
class Press:
    """The last step of what somebody did; `value` is what it was about."""

    act: str
    member: Member
    handle: Interaction
    value: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """All that its member has read in answer; empty while there is none, or where there never was."""
        answer, shown = self.handle.answer, self.handle.message
        data = answer.data if answer is not None else {}
        said = [str(data.get("content") or "")]
        if shown is not None and shown is not self.handle.source and not shown.loading:
            said += [shown.content, seen.words(shown)]
        return " ".join(filter(None, [*said, *(one.content for one in self.handle.followups)]))

    def is_taken(self, answer: str) -> bool:
        return self.told.startswith(answer)

    @property
    def is_unknown(self) -> bool:
        return not self.told


@dataclass(slots=True, eq=False)
class Hall:
    """Where a host wants a jam of a kind, in a channel of its own."""

    kind: str
    channel: Channel
    bot: User
    host: Member
    members: list[Member]
    start: Press
    presses: list[Press] = field(default_factory=list)
    busy: set[int] = field(default_factory=set)

    @property
    def said(self) -> Iterator[Message]:
        """What the bot has said to all, oldest first."""
        return (
            message
            for message in self.channel.visible
            if message.author is self.bot and not message.ephemeral
        )

    def latest(self, control: str, *words: str) -> Message | None:
        """The latest message that has a button, and some words."""
        found = None
        for message in self.said:
            if seen.control(message, control) and all(word in text_of(message) for word in words):
                found = message
        return found

    @property
    def panel(self) -> Message | None:
        return next((one for one in self.said if _is_panel(one)), None)

    @property
    def ends(self) -> list[Message]:
        """What says that it is over."""
        said = [one for one in self.said if not _is_panel(one)]
        return [one for one in said if is_result(one) or any(word in text_of(one) for word in _NOTHING)]

    def of(self, act: str, member: Member | None = None) -> list[Press]:
        return [one for one in self.presses if one.act == act and member in (None, one.member)]


def text_of(message: Message) -> str:
    """What stands in a message, its title first."""
    title = str(message.embeds[0].get("title", "")) if message.embeds else ""
    return " ".join((title, message.content, seen.words(message)))


def is_result(message: Message) -> bool:
    title = str(message.embeds[0].get("title", "")) if message.embeds else ""
    return title.endswith(_RESULT)


def _is_panel(message: Message) -> bool:
    return message.content == "" and "*Pot* up to" in seen.words(message)


def picked(told: str) -> tuple[str, ...]:
    """The letters of a ballot, as its member reads it."""
    return tuple(_PICKED.findall(told.partition("It can be changed")[0]))


def pinged(message: Message) -> int:
    return message.mentions.user_ids[0] if message.mentions.user_ids else 0
