"""What the one who runs the bot sees: a real process, its port, its logs, its ends."""

import json

import aiohttp
import pytest

from jobs.models.states import JobState
from tests import ROOT
from tests.behaviour.end_to_end.conftest import Outside, until
from tests.conftest import KEY
from tests.fakes.api_faults import refusals
from tests.fakes.discord import Child, faults, free_port

pytestmark = pytest.mark.process

POST_MESSAGE = "POST /channels/*/messages"
_BROKEN_COG = """
import sys
sys.path.insert(0, {root!r})
import cogs.clips
def broken(self, desk):
    raise RuntimeError("no clips today")
cogs.clips.Clips.__init__ = broken
import bot
sys.exit(bot.main([]))
"""


async def test_a_process_tells_prometheus_and_logs_as_json(outside: Outside) -> None:
    port, public = free_port(), free_port()
    url = f"http://127.0.0.1:{public}"
    settings = {"METRICS_PORT": str(port), "PUBLIC_URL": url, "PUBLIC_PORT": str(public)}
    async with outside.bot(LOG_FORMAT="json", **settings) as bot:
        await outside.ready()
        outside.discord.member.slash(outside.discord.channel, "suno create", prompt="x")
        await outside.discord.channel.wait_for_message(lambda message: bool(message.attachments))
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/healthz") as response:
                assert response.status == 200
                assert (await response.json())["discord_connected"] is True
            async with session.get(f"http://127.0.0.1:{port}/metrics") as response:
                text = await response.text()
            for path in ("/metrics", "/healthz", "/", "/hook/1"):
                async with session.get(f"{url}{path}") as response:
                    assert (response.status, await response.read()) == (404, b"")
        assert 'encore_submits_total{outcome="answered",provider="suno"} 1.0' in text
        assert "encore_discord_connected 1.0" in text
        assert 'encore_webhooks_total{outcome="taken"} 1.0' in text
        assert await bot.stop() == 0
        events = [json.loads(line) for line in bot.output().splitlines()]
    about = {event["logger"] for event in events if event.get("job") == 1}
    assert {"jobs.engine.submit", "jobs.engine.poll", "jobs.engine.deliver"} <= about


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (4004, "no longer accepts DISCORD_TOKEN; copy it again from the Bot page"),
        (4010, "did not accept the bot's shard; update Encore"),
        (4012, "no longer offers the gateway that this version uses; update Encore"),
        (4013, "did not understand the bot's intents; update Encore"),
        (4014, "refused the bot's intents"),
    ],
)
async def test_a_connection_that_is_closed_for_good_ends_the_bot_with_what_to_do(
    outside: Outside, code: int, sentence: str
) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        outside.discord.gateway.turns_away = code  # a code that is lost with its connection comes again
        outside.discord.gateway.drop(code, forget=True)
        assert await bot.ended() == 1
        said = bot.output()
    assert f"  - Discord {sentence}" in said
    assert "Traceback" not in said


async def test_a_cog_that_does_not_load_ends_the_start_with_its_name(outside: Outside) -> None:
    script = outside.folder / "broken.py"
    script.write_text(_BROKEN_COG.format(root=str(ROOT)))
    child = Child(
        script, environment=outside.environment(), log=outside.folder / "bot-broken.log", cwd=outside.folder
    )
    async with child as bot:
        assert await bot.ended() == 1
        said = bot.output()
    assert "Encore cannot start:\n  - the cog Clips does not load; the log says why" in said
    assert "RuntimeError: no clips today" in said
    assert KEY not in said


async def test_an_outage_is_told_once_across_lost_answers_and_a_kill(outside: Outside) -> None:
    """Discord posts the notice and answers 502; then the bot is killed; then the API is back."""

    def told(words: str) -> int:
        return sum(words in str(message.embeds) for message in outside.discord.channel.visible)

    outside.api.faults.add(refusals.ServerError(), "suno.task", times=None)
    async with outside.bot() as bot:
        await outside.ready()
        for prompt in "xyz":  # one task alone may have a trouble of its own
            handle = outside.discord.member.slash(outside.discord.channel, "suno create", prompt=prompt)
            await handle.answered()
        outside.discord.faults.add(POST_MESSAGE, faults.status(502).after_effect(), times=2)
        await until(lambda: told("is struggling"))
        await until(lambda: '"told": true' in str(outside.query("SELECT value FROM note")))
        await bot.kill()
    outside.api.faults.clear()
    async with outside.bot() as bot:
        await until(lambda: told("The music API is back"))
        await until(lambda: set(outside.states().values()) == {JobState.DONE})
        await until(lambda: "notice:" not in str(outside.query("SELECT key FROM note")))
        await bot.stop()
    assert (told("is struggling"), told("The music API is back")) == (1, 1)
