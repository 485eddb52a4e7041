"""What members of the sandbox do by themselves: type, press, fill in, pick, and wait for what comes of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import discord
import simcord
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from sandbox.world import World

PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.1
_ATTEMPTS = 20


class ActFailed(Exception):
    """Something did not come of an act as it should; the text says what."""


@dataclass(frozen=True, slots=True)
class Acts:
    """Acts of members, each told on the terminal and `pause` seconds after the one before."""

    world: World
    say: Callable[[str], None]
    pause: float = 0.0

    async def type(self, who: MemberActor, command: str, **options: object) -> InteractionResult:
        typed = " ".join(f"{name}: {value}" for name, value in options.items())
        return await self._act(
            f"{self.world.names[who.id]} types  /{command} {typed}",
            lambda: who.slash(self.world.channel, command, **options),
        )

    async def press(
        self, who: MemberActor, message: discord.Message, label: str, form: dict[str, str] | None = None
    ) -> InteractionResult:
        """Press a button, and send the form that it opens where there is something to fill in."""
        name = self.world.names[who.id]
        pressed = await self._act(f"{name} presses  [{label}]", lambda: who.click(message, label=label))
        if form is None:
            return pressed
        written = " / ".join(text.replace("\n", " | ") for text in form.values())
        return await self._act(f"{name} writes  {written}", lambda: who.submit_modal(pressed, dict(form)))

    async def pick(
        self, who: MemberActor, message: discord.Message, values: Sequence[str]
    ) -> InteractionResult:
        """Choose in the only menu of a message."""
        picked = f"{self.world.names[who.id]} picks  {', '.join(values)}"
        return await self._act(picked, lambda: who.select(message, list(values)))

    async def _act(self, told: str, act: Callable[[], Awaitable[InteractionResult]]) -> InteractionResult:
        await asyncio.sleep(self.pause)
        self.say(f"\n{told}")
        started, why = time.monotonic(), ""
        for _ in range(_ATTEMPTS):
            await self.world.when_free()
            try:
                result = await act()
            except simcord.SetupError as error:  # the page was being refreshed, or what it shows has changed
                why = str(error)
                await asyncio.sleep(_POLL_SECONDS)
                continue
            self.say(f"    answered after {(time.monotonic() - started) * 1000:.0f} ms")
            return result
        raise ActFailed(f"{told.strip()}: {why}")

    async def said(self, text: str, *, files: int = 0) -> discord.Message:
        """Wait for a message that holds a text, and so many files; the latest one."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for one in reversed(self.world.messages()):
                if text in words_of(one) and len(one.attachments) >= files:
                    return one
            await asyncio.sleep(_POLL_SECONDS)
        raise ActFailed(f"nothing that says {text!r} came within {PATIENCE_SECONDS:.0f} s")


def answer_of(result: InteractionResult) -> discord.Message:
    """The message that an act was answered with; raises `ActFailed`."""
    if result.response is None:
        raise ActFailed("the bot did not answer")
    return result.response.message


def words_of(message: discord.Message) -> str:
    """All that stands in a message."""
    cards = " ".join(f"{one.title or ''} {one.description or ''}" for one in message.embeds)
    return f"{message.content} {cards}"


def clip_of(message: discord.Message, operation: str = "suno.stems_basic") -> str:
    """The clip that a button of a song is about; raises `ActFailed`."""
    ids = [one.custom_id or "" for one in buttons_of(message)]
    found = next((each for each in ids if each.startswith(f"encore:{operation}:")), None)
    if found is None:
        raise ActFailed("the song came without its buttons")
    return found.split(":")[2]


def buttons_of(message: discord.Message) -> list[discord.Button]:
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    return [child for row in rows for child in row.children if isinstance(child, discord.Button)]
