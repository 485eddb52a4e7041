"""A bot without a gateway: Discord POSTs what members do, and is answered as ever."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import discord
import pytest

from startup.check import check
from tests.behaviour.end_to_end.conftest import Outside, outside_in, until
from tests.fakes.discord import CallbackType, Child, Permission, faults, free_port
from tests.fakes.discord.dispatch import send
from tests.fakes.discord.endpoint import Endpoint
from tests.fakes.sound import FixedSound
from tests.jobs.shelf import new_file

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("unmeasured")]


@dataclass
class ByHttp:
    outside: Outside
    port: int

    @property
    def endpoint(self) -> Endpoint:
        return self.outside.discord.world.endpoint

    def bot(self) -> Child:
        return self.outside.bot(
            PUBLIC_URL=f"http://127.0.0.1:{self.port}",
            PUBLIC_PORT=str(self.port),
            PUBLIC_KEY=self.endpoint.public_key,
        )

    async def ready(self) -> None:
        """Wait until Discord would take the address that an operator enters on its page."""
        await self.outside.discord.synced("suno")
        self.endpoint.url = f"http://127.0.0.1:{self.port}/interactions"
        await until(self.endpoint.ping)


@pytest.fixture
async def by_http(fixed_sound: FixedSound, tmp_path: Path) -> AsyncIterator[ByHttp]:
    async with outside_in(tmp_path, fixed_sound) as outside:
        yield ByHttp(outside, free_port())


async def test_commands_buttons_forms_and_suggestions_come_by_http_alone(by_http: ByHttp) -> None:
    discord_ = by_http.outside.discord
    mod = discord_.add_member("mod", permissions=Permission.MANAGE_GUILD)
    hidden = discord_.add_channel("hidden")
    discord_.deny(hidden, Permission.VIEW_CHANNEL, user=discord_.member.user)
    async with by_http.bot() as bot:
        await by_http.ready()
        discord_.faults.add("GET /guilds/*/channels", faults.status(403), times=None)
        asked = discord_.member.slash(discord_.channel, "songs list")
        assert "Discord has not told me yet which channels you can see" in str((await asked.answered()).data)
        discord_.faults.clear()
        ordered = discord_.member.slash(discord_.channel, "suno create", prompt="rivers")
        await ordered.answered()
        send(discord_.world, ordered)  # comes again, signed anew
        song = await discord_.channel.wait_for_message(lambda message: bool(message.attachments))
        again = discord_.member.press(song, "Again · 10 credits")
        await again.answered()
        form = discord_.member.slash(discord_.channel, "suno custom")
        assert (await form.answered()).type is CallbackType.MODAL
        filled = discord_.member.submit(form, title="Ferry", style="b", lyrics="c")
        await filled.answered()
        await discord_.channel.wait_for_message(
            lambda message: any(file.filename.startswith("Ferry") for file in message.attachments)
        )
        mod.slash(hidden, "suno create", prompt="a secret")
        await hidden.wait_for_message(lambda message: bool(message.attachments))
        typed = discord_.member.autocomplete(discord_.channel, "wav", "clip_id", clip_id="")
        await typed.answered()
        assert typed.choices is not None
        assert len(typed.choices) == 6, "and none of what was made where the member cannot see it"
        settings = mod.slash(discord_.channel, "settings results", channel=hidden)
        assert "Saved" in str((await settings.answered()).data), "its channels and the bot's rights are known"
        assert await bot.stop() == 0
    assert discord_.gateway.connections == 0
    assert set(by_http.endpoint.answers) == {202}
    assert "Traceback" not in bot.output()
    assert len(by_http.outside.api.charges) == 4


async def test_check_says_what_is_to_be_entered_on_discords_page(
    by_http: ByHttp, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside, endpoint = by_http.outside, by_http.endpoint
    monkeypatch.setattr(discord.http.Route, "BASE", "")
    known = outside.environment(PUBLIC_URL="https://bot.example.org", DISCORD_API_URL=outside.discord.api_url)

    async def told(entered: str, public_key: str = "") -> list[str]:
        endpoint.url = entered
        fine, wrong = await check(known | {"PUBLIC_KEY": public_key})
        return [*(f"ok {line}" for line in fine), *wrong]

    right, wanted = endpoint.public_key, "https://bot.example.org/interactions"
    assert any(
        line.startswith(f"ok while the bot runs, enter {wanted} as Interactions Endpoint URL")
        for line in await told("", right)
    )
    assert f"ok Discord sends interactions to {wanted}" in await told(wanted, right)
    assert any(line.startswith("PUBLIC_KEY is another application's") for line in await told("", "0" * 64))
    assert any(
        line.startswith(f"Discord sends interactions to {wanted}, and none by the gateway: set PUBLIC_KEY")
        for line in await told(wanted)
    )


async def test_what_was_taken_before_a_stop_is_answered(by_http: ByHttp) -> None:
    discord_, endpoint = by_http.outside.discord, by_http.endpoint
    async with by_http.bot() as bot:
        await by_http.ready()
        slow = discord_.faults.add("POST /interactions/*", faults.slow(1.0))
        asked = discord_.member.slash(discord_.channel, "suno create", prompt="rivers")
        await slow.struck()
        bot.process.terminate()
        await asyncio.sleep(0.3)
        late = discord_.member.slash(discord_.channel, "suno create", prompt="too late")
        await until(lambda: len(endpoint.answers) == 2)
        assert await bot.ended() == 0
        await asked.answered()
    assert endpoint.answers[0] == 202
    assert endpoint.answers[1] in (0, 404), "what is not taken, Discord says at once"
    assert late.answer is None
    [(params, card)] = by_http.outside.query("SELECT params, card_message_id FROM job")
    assert json.loads(str(params))["description"] == "rivers"
    assert asked.message is not None
    assert card == asked.message.id


async def test_a_server_that_removed_the_bot_is_found_out(by_http: ByHttp) -> None:
    discord_ = by_http.outside.discord
    new_file(by_http.outside.file)
    other = discord_.world.add_guild("other")
    del other.members[discord_.bot.id]
    by_http.outside.query(
        "INSERT INTO server_key (guild_id, account, user_id, given_at) VALUES (?, 1, 1, 1)", other.id
    )
    async with by_http.bot() as bot:
        await until(lambda: by_http.outside.query("SELECT COUNT(*) FROM server_key") == [(0,)])
        await bot.stop()
