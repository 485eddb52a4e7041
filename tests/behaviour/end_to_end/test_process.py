"""`python bot.py` on a Discord over sockets: from the command to the sound, and a clean stop."""

import io
import time

import pytest
import soundfile

from jobs.models.states import JobState
from tests.behaviour.end_to_end.conftest import Outside, until
from tests.fakes.api_faults import connection

pytestmark = pytest.mark.process

# Discord waits no longer for an answer; a busy machine may well take a second.
_DISCORD_WAITS = 3.0


async def test_a_song_and_its_stems_over_real_sockets(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        discord_ = outside.discord
        song = discord_.member.slash(discord_.channel, "suno create", prompt="a song about rivers")
        answer = await song.answered()
        assert answer.after < _DISCORD_WAITS
        assert song.message is not None
        delivery = await discord_.channel.wait_for_message(lambda message: bool(message.attachments))
        names = [attachment.filename for attachment in delivery.attachments]
        assert sum(name.endswith(".mp3") for name in names) == 2
        sound, rate = soundfile.read(io.BytesIO(delivery.attachments[0].data))
        assert len(sound) / rate == pytest.approx(2.0, abs=0.3)
        assert delivery.reply_to is song.message
        assert delivery.nonce

        stems = discord_.member.choose(delivery, "Take 1 · All stems · 50 credits")
        asked = await stems.shown()
        await discord_.member.click(asked, "Order it · 50 credits").answered()
        await discord_.channel.wait_for_message(
            lambda message: any("Woodwinds" in attachment.filename for attachment in message.attachments)
        )
        files = [
            a.filename for m in outside.delivered()[1:] for a in m.attachments if a.filename != "cover.jpg"
        ]
        assert len(files) == 12

        started = time.monotonic()
        assert await bot.stop() == 0
        assert time.monotonic() - started < 10
    assert outside.states() == {1: JobState.DONE, 2: JobState.DONE}
    assert [charge.credits for charge in outside.api.charges] == [10, 50]
    assert discord_.traffic.unknown_routes == []
    assert "Traceback" not in outside.logs()


async def test_buttons_and_commands_work_in_the_next_process(outside: Outside) -> None:
    discord_ = outside.discord
    async with outside.bot() as bot:
        await outside.ready()
        discord_.member.slash(discord_.channel, "suno create", prompt="x")
        delivery = await discord_.channel.wait_for_message(lambda message: bool(message.attachments))
        await bot.stop()
    async with outside.bot() as bot:
        await discord_.gateway.connected()
        [[menu], *_] = [row["components"] for row in delivery.components]
        chosen = discord_.member.choose(delivery, "Again · 10 credits")
        await chosen.answered()
        await discord_.channel.wait_for_message(
            lambda message: bool(message.attachments) and message.id != delivery.id
        )
        # Discord leaves a menu on the choice, and takes the same one again only once it is a new one.
        edits = [one for one in discord_.traffic.exchanges if one.path.endswith(f"/messages/{delivery.id}")]
        assert [one.method for one in edits] == ["PATCH"]
        [[anew], *_] = [row["components"] for row in delivery.components]
        values = [[option.pop("value") for option in one["options"]] for one in (menu, anew)]
        assert anew == menu
        assert [f"{value}:" for value in values[0]] == values[1]
        assert len(delivery.attachments) == 2  # beside the cover
        await bot.stop()
    # The commands had not changed, so the second start did not send them.
    sent = [exchange for exchange in discord_.traffic.exchanges if exchange.method == "PUT"]
    assert [exchange.path.endswith("/commands") for exchange in sent] == [True]


async def test_the_answer_comes_at_once_from_an_api_that_takes_a_minute(outside: Outside) -> None:
    outside.api.faults.add(connection.SlowAnswer(60.0), "*", times=None)
    discord_ = outside.discord
    async with outside.bot() as bot:
        await outside.ready()
        for number in range(3):
            handle = discord_.member.slash(discord_.channel, "suno create", prompt=f"song {number}")
            assert (await handle.answered()).after < _DISCORD_WAITS
        credits_ = discord_.member.slash(discord_.channel, "credits mine")
        assert (await credits_.answered()).after < _DISCORD_WAITS
        started = time.monotonic()
        assert await bot.stop() == 0
        assert time.monotonic() - started < 10


async def test_discord_out_of_reach_at_the_start_is_waited_for(outside: Outside) -> None:
    await outside.discord.unplug()
    async with outside.bot() as bot:
        await until(lambda: "Discord cannot be reached" in bot.output())
        assert bot.process.returncode is None
        await outside.discord.plug()
        await outside.ready()
        assert await bot.stop() == 0
