"""Links to files on Discord run out; what the API is given is fresh, or nothing is sent."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox import sound
from tests.behaviour.end_to_end.conftest import Outside, until
from tests.conftest import KEY
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.discord import FakeDiscord, FakeDiscordSettings, Upload, faults
from tests.fakes.sound import FixedSound

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("unmeasured")]

CDN = "https://cdn.discordapp.com"
REFRESH = "POST /attachments/refresh-urls"
DAY = 24 * 3600.0


@pytest.fixture
async def outside(fixed_sound: FixedSound, tmp_path: Path) -> AsyncIterator[Outside]:
    """A Discord whose links to files run out in the very moment in which they are given."""
    async with (
        FakeDiscord(FakeDiscordSettings(cdn=CDN, attachment_lifetime=1.0)) as discord_,
        FaultyMusicApi(keys=[KEY], credits=500, time_scale=0.1, sound=fixed_sound) as api,
    ):
        yield Outside(discord_, api, tmp_path)


async def upload(outside: Outside) -> None:
    file = Upload("hum.mp3", b"\xff\xfb" * 100)
    await outside.discord.member.slash(outside.discord.channel, "suno upload", file=file).answered()


async def test_a_link_that_has_run_out_is_renewed_before_the_api_gets_it(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        bad = outside.discord.faults.add(REFRESH, faults.status(502))
        held = outside.discord.faults.add(REFRESH, faults.hold())
        await upload(outside)
        await held.struck()
        outside.discord.own_clock.advance(DAY)  # from here on links are good for another day
        outside.discord.faults.clear()
        await until(lambda: set(outside.states().values()) == {"done"})
        await bot.stop()
    assert bad.hits == 1
    [old] = {exchange.body["attachment_urls"][0] for exchange in outside.discord.traffic.of(REFRESH)}
    [charge] = outside.api.charges
    assert str(charge.body["url"]).startswith(f"{CDN}/attachments/")
    assert charge.body["url"] != old
    assert str(charge.body["url"]).partition("?")[0] == old.partition("?")[0]


async def test_an_upload_is_looked_at_before_it_costs_and_keeps_its_own_name(
    fixed_sound: FixedSound, tmp_path: Path
) -> None:
    async with (
        FakeDiscord() as discord_,
        FaultyMusicApi(keys=[KEY], credits=500, time_scale=0.1, sound=fixed_sound) as api,
    ):
        outside = Outside(discord_, api, tmp_path)
        music = sound.encode(sound.render(sound.songs.begin("x", seconds=1.0)), "mp3")
        async with outside.bot() as bot:
            await outside.ready()
            for noise in (bytes(range(7, 250)) * 12, b"<html>no sound</html>" * 9, b"ID3"):
                asked = discord_.member.slash(
                    discord_.channel, "suno upload", file=Upload("hum.mp3", noise, "audio/mpeg")
                )
                await asked.answered()
                assert asked.message is not None
                assert asked.message.ephemeral
                assert "isn't audio" in asked.message.content
            song = Upload("_.mp3", music, title="\u591c\u306e\u6b4c")
            asked = discord_.member.slash(discord_.channel, "suno upload", file=song)
            await asked.answered()
            assert asked.message is not None
            assert asked.message.embeds[0]["description"].startswith("\u591c\u306e\u6b4c\n")
            assert set(outside.states()) == {1}, "what is no sound was never a job"
            await bot.stop()


@pytest.mark.parametrize("gone", [True, False], ids=["the file is gone", "the new link is old too"])
async def test_a_link_that_discord_does_not_renew_ends_the_job_unsent(outside: Outside, gone: bool) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        held = outside.discord.faults.add(REFRESH, faults.hold())
        await upload(outside)
        await held.struck()
        if gone:
            outside.discord.world.attachments.clear()
        outside.discord.faults.clear()
        await outside.discord.channel.wait_for_message(lambda m: " failed." in m.content)
        await bot.stop()
    [news] = [m for m in outside.discord.channel.visible if " failed." in m.content]
    text = str(news.embeds)
    assert (
        "Discord no longer has the file that was to be uploaded. Nothing was charged. Upload it once" in text
    )
    assert [request for request in outside.api.requests if request.method == "POST"] == []


async def test_a_link_to_a_file_that_was_posted_long_ago_is_renewed_as_well(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        await upload(outside)
        await outside.discord.channel.wait_for_message(lambda m: " failed." in m.content)
        [file] = outside.discord.world.attachments.values()
        old = outside.discord.world.links.to_attachment(file)
        outside.discord.own_clock.advance(DAY)
        await outside.discord.member.slash(outside.discord.channel, "suno upload", link=old).answered()
        await until(lambda: outside.states().get(2) == "done")
        await bot.stop()
    [charge] = outside.api.charges
    assert charge.body["url"] != old
    assert str(charge.body["url"]).partition("?")[0] == old.partition("?")[0]
