"""A contest among four members of the imagined Discord, in hours that pass in a moment."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import ZipFile

import discord
import pytest
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from jobs.models.jam import Jam as JamRow
from jobs.models.jam import JamState
from jobs.store.queries.jams import jams
from sandbox.music_api import Options
from startup.wiring import assemble
from tests.behaviour.commands.acts import answer, press
from tests.behaviour.jams.lives import Hall, KeeperProcess, process_in
from tests.conftest import KEY, Jam, jam_with, settings_for
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.sound import FixedSound


@dataclass
class Contest:
    """A contest in the channel, and those who take part."""

    world: Jam
    members: dict[str, MemberActor]

    async def start(self, **options: object) -> InteractionResult:
        wish = {"theme": "paper lanterns", "ends": "2h", "votes": "1h", "pot": 100, **options}
        result = await self.world.mod.slash(self.world.channel, "jam contest", **wish)
        await self.panel()
        return result

    async def panel(self) -> discord.Message:
        return await self.said("Blind contest.")

    def shown(self, text: str) -> list[discord.Message]:
        """What the bot has posted that holds a text."""
        return [one for one in self.world.messages() if text in words_of(one)]

    async def said(self, text: str, count: int = 1) -> discord.Message:
        """The latest message that holds a text, once there are so many."""
        found: list[discord.Message] = await self.world.until(
            lambda: len(self.shown(text)) >= count and self.shown(text), text
        )
        return found[-1]

    async def result(self) -> discord.Message:
        """The result, and no panel that only says where it is."""

        def there() -> list[discord.Message]:
            shown = self.world.messages()
            return [one for one in shown if any(": the result" in str(each.title) for each in one.embeds)]

        found: list[discord.Message] = await self.world.until(there, "the result")
        return found[-1]

    async def enter(self, who: str, prompt: str, way: str = "Describe it · 10 credits") -> InteractionResult:
        """Enter by the button of the panel, and send the form."""
        member = self.members[who]
        asked = await member.click(await self.panel(), label="Enter")
        assert asked.ephemeral, asked
        form = await member.click(answer(asked).message, label=way)
        return await member.submit_modal(form, {"description": prompt})

    async def entered(self, who: str, prompt: str) -> None:
        """The same, until its member was told that there is news."""
        await self.enter(who, prompt)
        await self.said(f"<@{self.members[who].id}>, there is news")

    async def pressed(self, who: str, message: discord.Message, label: str) -> InteractionResult:
        shown = next((one for one in self.world.messages() if one.id == message.id), message)
        return await self.members[who].click(shown, label=label)

    async def vote(self, who: str, *letters: str) -> InteractionResult:
        ballot = await self.pressed(who, await self.said("songs, letter by letter above"), "Vote")
        return await self.members[who].select(answer(ballot).message, list(letters))

    async def row(self, jam_id: int = 1) -> JamRow:
        found = await self.world.parts.store.read(jams.by_id, jam_id)
        assert found is not None
        return found

    async def reach(self, state: JamState, jam_id: int = 1) -> JamRow:
        async def there() -> JamRow | None:
            one = await self.row(jam_id)
            return one if one.state is state else None

        found: JamRow = await self.world.until(there, f"jam {jam_id} {state}")
        return found

    async def close(self, who: str = "mod") -> None:
        """End the present phase, by the command and its question."""
        asked = await self.members[who].slash(self.world.channel, "jam close")
        await self.pressed(who, answer(asked).message, "End it now")


def words_of(message: discord.Message) -> str:
    """All that stands in a message."""
    embeds = " ".join(f"{one.title or ''} {one.description or ''}" for one in message.embeds)
    return f"{message.content} {embeds} {' '.join(file.filename for file in message.attachments)}"


async def unpacked(message: discord.Message) -> dict[str, bytes]:
    [packed] = [one for one in message.attachments if one.filename.endswith(".zip")]
    with ZipFile(io.BytesIO(await packed.read())) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


async def album_of(contest: Contest, result: discord.Message) -> tuple[dict[str, bytes], str]:
    """What the album of a jam holds, and its credits."""
    await press(contest.world, "mia", result, "Album")
    held = await unpacked(await contest.said("here is the album of jam #1."))
    return held, held["credits.txt"].decode()


@pytest.fixture
async def api(fixed_sound: FixedSound) -> AsyncIterator[FaultyMusicApi]:
    fake = FaultyMusicApi(keys=[KEY], credits=500, time_scale=0.01, sound=fixed_sound, options=Options())
    async with fake:
        yield fake


@asynccontextmanager
async def contest_with(api: FaultyMusicApi, folder: Path, public_key: str = "") -> AsyncIterator[Contest]:
    """Start a world of its own, with a fourth member."""
    chosen = replace(settings_for(api, folder), public_key=public_key)
    async with assemble(chosen) as parts, jam_with(parts, api) as ready:
        noor = ready.guild.add_member(ready.env.create_user("noor"))
        members = {"mia": ready.mia, "ravi": ready.ravi, "mod": ready.mod, "noor": noor}
        yield Contest(ready, members)


@pytest.fixture
async def contest(api: FaultyMusicApi, tmp_path: Path, public_key: str) -> AsyncIterator[Contest]:
    async with contest_with(api, tmp_path, public_key) as ready:
        yield ready


@pytest.fixture
def hall() -> Hall:
    """What a keeper of jams says, and who hears it."""
    return Hall()


@pytest.fixture
async def process(tmp_path: Path, hall: Hall) -> AsyncIterator[KeeperProcess]:
    """A keeper of jams in a process that may be killed."""
    async with process_in(tmp_path, hall) as one:
        yield one
