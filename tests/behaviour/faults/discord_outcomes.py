"""What Discord may answer to a delivery, and how each ends: the rows of a table in `docs/reliability.md`."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from cogs.connection import rest
from cogs.delivery import history
from jobs.models import Order
from jobs.models.states import JobState, S
from jobs.ports import Clock
from jobs.store.queries import clips
from tests.behaviour.faults.world import FaultWorld
from tests.fakes.api_faults import refusals
from tests.fakes.discord import Permission, faults
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.model import ChannelType

POST = "POST /channels/*/messages"
THREAD = "POST /channels/*/messages/*/threads"

Prepare = Callable[[FaultWorld, pytest.MonkeyPatch], Awaitable[None] | None]
Later = Callable[[FaultWorld], Awaitable[None] | None]


@dataclass(frozen=True)
class Row:
    """One row: what goes wrong, where the job ends, and what stands in the channel then.

    Attributes:
        prepare: Run before the job is asked for.
        posted: `once`, `once, as links`, `twice` (two messages, each once) or `nothing`.
        later: Run after it.
        threads: Whether the server wants songs in threads.
        of_jobs: Whether it is about what only jobs have: a card, several messages, bad news, direct messages.
    """

    name: str
    prepare: Prepare
    state: JobState = S.DONE
    posted: str = "once"
    later: Later | None = None
    threads: bool = False
    of_jobs: bool = False


def fault(what: Fault, on: str = POST, *, times: int | None = 1, skip: int = 0) -> Prepare:
    def prepare(world: FaultWorld, _monkeypatch: pytest.MonkeyPatch) -> None:
        world.rule = world.discord.faults.add(on, what, times=times, skip=skip)

    return prepare


def deny(rights: Permission) -> Prepare:
    return lambda world, _: world.discord.deny(world.channel, rights)


def nothing(_world: FaultWorld, _monkeypatch: pytest.MonkeyPatch) -> None:
    """All is well at first."""


def delete_card(world: FaultWorld) -> None:
    assert world.card is not None
    world.discord.member.write(world.channel, "where did it go?")
    world.card.deleted = True


def delete_channel(world: FaultWorld, _monkeypatch: pytest.MonkeyPatch) -> None:
    world.discord.world.delete_channel(world.channel)


def kick(world: FaultWorld, _monkeypatch: pytest.MonkeyPatch) -> None:
    world.discord.world.remove_bot(world.discord.guild)


def small(world: FaultWorld, _monkeypatch: pytest.MonkeyPatch) -> None:
    world.channel.attachment_size_limit = 100


def ask_in_thread(world: FaultWorld, *, locked: bool = False, deleted: bool = False) -> None:
    thread = world.discord.world.add_thread(
        world.channel, "t", thread_id=world.discord.world.new_id(), kind=ChannelType.PUBLIC_THREAD
    )
    thread.archived, thread.locked, thread.deleted = True, locked, deleted
    world.channel = thread


def ask_directly(world: FaultWorld, _monkeypatch: pytest.MonkeyPatch) -> None:
    world.channel = world.discord.member.direct_channel
    world.discord.member.user.accepts_direct_messages = False


def impatient(then: Prepare) -> Prepare:
    """With a second for the two minutes that a post may take."""

    def prepare(world: FaultWorld, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rest, "UPLOAD_SECONDS", 1.0)
        then(world, monkeypatch)

    return prepare


UNANSWERED = impatient(fault(faults.hang().after_effect()))
UNSENT = impatient(fault(faults.hang()))


async def somebody_deletes_it(world: FaultWorld) -> None:
    """The message is there, its answer is lost, and it is deleted before the repeat."""
    await world.struck()
    [message] = world.posted()
    message.deleted = True


@dataclass
class Ahead(Clock):
    """A clock of the bot's that is some seconds ahead of Discord's."""

    seconds: float

    def now(self) -> float:
        return super().now() + self.seconds


def ahead(seconds: float, then: Prepare) -> Prepare:
    def prepare(world: FaultWorld, monkeypatch: pytest.MonkeyPatch) -> None:
        world.parts.context.clock = Ahead(world.discord.own_clock() - time.time() + seconds)
        then(world, monkeypatch)

    return prepare


async def an_hour_passes(world: FaultWorld) -> None:
    """The message is there, its answer is lost, and Discord forgets the nonce before the repeat."""
    await world.struck()
    world.discord.own_clock.advance(3600)
    world.parts.context.clock = Ahead(world.parts.context.clock.now() - time.time() + 3600)


def _talk(world: FaultWorld) -> None:
    """More messages than a search reads."""
    for number in range(history._HISTORY + 1):
        world.discord.member.write(world.channel, f"did you hear that? {number}")


async def an_hour_passes_after_much_talk(world: FaultWorld) -> None:
    await world.struck()
    [message] = world.posted()
    # It stands behind all of it, as far as a search is concerned.
    del world.channel.messages[message.id]
    _talk(world)
    message.id = world.discord.world.new_id()
    world.channel.messages[message.id] = message
    await an_hour_passes(world)


async def much_talk_after_an_hour(world: FaultWorld) -> None:
    await an_hour_passes(world)
    _talk(world)


def lost(right: Permission) -> Later:
    """The message is there, its answer is lost, and so is a right before the repeat."""

    async def later(world: FaultWorld) -> None:
        await world.struck()
        world.discord.deny(world.channel, right)

    return later


async def its_thread_is_locked(world: FaultWorld) -> None:
    await world.struck()
    [message] = world.posted()
    message.channel.locked = True


async def an_hour_passes_without_history(world: FaultWorld) -> None:
    await an_hour_passes(world)
    world.discord.deny(world.channel, Permission.READ_MESSAGE_HISTORY)


def bad_news(then: Prepare) -> Prepare:
    """The API refuses, so that there is bad news to post."""

    def prepare(world: FaultWorld, monkeypatch: pytest.MonkeyPatch) -> None:
        world.api.faults.add(refusals.NoCredits(), "suno.create")
        then(world, monkeypatch)

    return prepare


def twelve_stems(then: Prepare) -> Prepare:
    """Results that need two messages."""

    async def prepare(world: FaultWorld, monkeypatch: pytest.MonkeyPatch) -> None:
        song = await world.ended(await world.ask())
        for message in world.channel.visible:
            message.deleted = True
        clip = (await world.parts.store.read(clips.of_job, song.id))[0]
        world.order = Order("suno.stems_full", {"clip_id": clip.clip_id}, "stems", clip.clip_id)
        then(world, monkeypatch)

    return prepare


def upload(then: Prepare) -> Prepare:
    """An upload whose link on Discord has run out."""

    def prepare(world: FaultWorld, monkeypatch: pytest.MonkeyPatch) -> None:
        link = "https://cdn.discordapp.com/attachments/1/2/a.mp3?ex=1&is=1&hm=1"
        world.order = Order("suno.upload", {"file_url": link}, "a")
        then(world, monkeypatch)

    return prepare


def gone(code: int, status: int = 404) -> Prepare:
    return fault(faults.refusal(status, code), times=None)


OUTCOMES = (
    Row("all is well", nothing),
    # What is no longer there.
    Row("card deleted", nothing, later=delete_card, of_jobs=True),
    Row("channel deleted, 10003", delete_channel, S.UNDELIVERABLE, "nothing"),
    Row("server unknown, 10004", gone(10004), S.UNDELIVERABLE, "nothing"),
    Row("bot removed from the server, 50001", kick, S.UNDELIVERABLE, "nothing"),
    Row("message deleted before the repeat, 10008", UNANSWERED, posted="nothing", later=somebody_deletes_it),
    Row("repeat when the nonce is forgotten", UNANSWERED, later=an_hour_passes),
    Row(
        "repeat when the nonce is forgotten and the history hidden",
        UNANSWERED,
        S.UNDELIVERABLE,
        later=an_hour_passes_without_history,
    ),
    Row("repeat when the nonce is forgotten, by a clock that is ahead", ahead(240, UNANSWERED),
        later=an_hour_passes),
    Row("repeat when the nonce is forgotten, in a channel too busy to search", UNANSWERED, S.UNDELIVERABLE,
        later=an_hour_passes_after_much_talk),
    Row("no answer, no message, and much talk in the hour since", UNSENT, later=much_talk_after_an_hour),
    Row("Attach Files lost after a lost answer", UNANSWERED, later=lost(Permission.ATTACH_FILES)),
    Row("Send Messages lost after a lost answer", UNANSWERED, later=lost(Permission.SEND_MESSAGES)),
    Row("song thread locked after a lost answer", UNANSWERED, later=its_thread_is_locked, threads=True),
    # Permissions.
    Row("View Channel lost, 50001", deny(Permission.VIEW_CHANNEL), S.UNDELIVERABLE, "nothing"),
    Row("Send Messages lost, 50013", deny(Permission.SEND_MESSAGES), S.UNDELIVERABLE, "nothing"),
    Row("Attach Files lost, 50013", deny(Permission.ATTACH_FILES), posted="once, as links"),
    Row("Embed Links lost, 50013", deny(Permission.EMBED_LINKS), S.UNDELIVERABLE, "nothing"),
    Row("Read Message History lost, 160002", deny(Permission.READ_MESSAGE_HISTORY)),
    # Threads.
    Row("asked in an archived thread", lambda world, _: ask_in_thread(world)),
    Row(
        "asked in a thread that is locked, 160005",
        lambda world, _: ask_in_thread(world, locked=True),
        S.UNDELIVERABLE,
        "nothing",
    ),
    Row("song thread locked, 160005", fault(faults.refusal(400, 160005)), threads=True),
    Row("song thread deleted, 10003", fault(faults.refusal(404, 10003)), threads=True),
    Row("song thread may not be opened, 50013", deny(Permission.CREATE_PUBLIC_THREADS), threads=True),
    Row("song thread exists already, 160004", fault(faults.status(503).after_effect(), THREAD), threads=True),
    Row("song thread: 503", fault(faults.status(503), THREAD, times=2), threads=True),
    # Direct messages.
    Row("direct messages closed, 50007", ask_directly, S.UNDELIVERABLE, "nothing", of_jobs=True),
    Row("direct messages closed, 50278", gone(50278, 403), S.UNDELIVERABLE, "nothing", of_jobs=True),
    # What is in the message.
    Row("one of the files too large, 40005", fault(faults.refusal(400, 40005))),
    Row("file too large, 40005", small, posted="once, as links"),
    Row("request too large, 413 of a proxy", fault(faults.status(413), times=2), posted="once, as links"),
    Row("form invalid, 50035, by its files", fault(faults.refusal(400, 50035)), posted="once, as links"),
    Row("form invalid, 50035, whatever is sent", gone(50035, 400), S.UNDELIVERABLE, "nothing"),
    Row("blocked by automatic moderation, 200000", gone(200000, 400), S.UNDELIVERABLE, "nothing"),
    Row("blocked as a harmful link, 240000", gone(240000, 400), S.UNDELIVERABLE, "nothing"),
    # What passes.
    Row("500", fault(faults.status(500))),
    Row("502 before the message is there", fault(faults.status(502))),
    Row("502 after it", fault(faults.status(502).after_effect())),
    Row("503 before the message is there", fault(faults.status(503), times=3)),
    Row("503 after it", fault(faults.status(503).after_effect(), times=3)),
    Row("504 after it", fault(faults.status(504).after_effect())),
    Row("connection reset before the message is there", fault(faults.reset())),
    Row("connection reset after it", fault(faults.reset().after_effect())),
    Row("no answer, and no message", impatient(fault(faults.hang()))),
    Row("no answer, but the message is there", impatient(fault(faults.hang().after_effect()))),
    Row("429 of the channel", fault(faults.rate_limit(0.2))),
    Row("429 of the bot as a whole", fault(faults.rate_limit(0.2, is_global=True))),
    Row("429 of Cloudflare, without Via", fault(faults.rate_limit(60.0, via=False))),
    Row("write limit of the channel, 20028", fault(faults.refusal(429, 20028), times=1)),
    Row("slow mode, 20016", fault(faults.refusal(400, 20016), times=2)),
    Row("token not accepted for a while, 401", fault(faults.refusal(401, 0), times=2)),
    Row("second message of two: 503 after it", twelve_stems(fault(faults.status(503).after_effect(), skip=1)),
        posted="twice", of_jobs=True),
    # News instead of results, and files of members.
    Row("bad news, 503 after it", bad_news(fault(faults.status(503).after_effect())), S.FAILED, of_jobs=True),
    Row("bad news, channel deleted, 10003", bad_news(delete_channel), S.FAILED, "nothing", of_jobs=True),
    Row("file of an upload gone", upload(fault(faults.refusal(404, 10008), "POST /attachments/*")),
        S.FAILED, of_jobs=True),
)  # fmt: skip
