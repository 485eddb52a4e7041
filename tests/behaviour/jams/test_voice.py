"""Songs of a party are heard in a voice channel, by a member of the call who undoes both encryptions."""

from pathlib import Path

import pytest
from discord.http import HTTPClient
from discord.oggparse import OggStream

from cogs.delivery import speakers
from cogs.delivery.opus_file import write_opus
from jobs.engine.hidden import shelf
from tests.behaviour.faults.world import running_bot
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.discord import Permission
from tests.fakes.discord.model import ChannelType
from tests.jobs.jams_shelf import MIA, RAVI, entered, started
from tests.jobs.shelf import NOW

if speakers.missing():
    pytest.skip("the extra for voice is not installed", allow_module_level=True)

import numpy as np
import soundfile

from tests.fakes.discord.voice.calls import joined
from tests.fakes.discord.voice.server import VoiceServer

SECONDS, RATE = 1.2, 44_100


def packets_of(path: Path) -> list[bytes]:
    with path.open("rb") as stream:
        return list(OggStream(stream).iter_packets())[2:]


def write_song(path: Path, pitch: float = 440.0) -> None:
    at = np.arange(int(SECONDS * RATE)) / RATE
    soundfile.write(path, np.stack([np.sin(2 * np.pi * pitch * at) * 0.4] * 2, axis=1), RATE, format="MP3")


def test_another_rate_changes_no_pitch_and_no_length(tmp_path: Path) -> None:
    write_song(tmp_path / "song.mp3", pitch=1000.0)
    assert write_opus(tmp_path / "song.mp3", tmp_path / "song.ogg") == pytest.approx(SECONDS, abs=0.1)
    sound, rate = soundfile.read(tmp_path / "song.ogg")
    assert rate == 48_000
    assert len(sound) / rate == pytest.approx(SECONDS, abs=0.1)
    middle = sound[rate // 4 : rate // 4 + rate // 2, 0]
    power = np.abs(np.fft.rfft(middle * np.hanning(len(middle)))) ** 2
    loudest = int(power.argmax())
    assert loudest * rate / len(middle) == pytest.approx(1000.0, abs=5.0)
    assert power[max(loudest - 20, 0) : loudest + 20].sum() / power.sum() > 0.999, "nothing is added to it"


@pytest.mark.real_time
async def test_a_song_is_heard_whole_in_the_call_and_what_cannot_be_played_is_posted(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = HTTPClient.ws_connect
    monkeypatch.setattr(  # the fake has no certificate
        HTTPClient,
        "ws_connect",
        lambda self, url, *, compress=0: genuine(
            self, url.replace("wss://127", "ws://127"), compress=compress
        ),
    )
    async with (
        running_bot(api, tmp_path, monkeypatch) as (fake, parts),
        VoiceServer(fake.world.changes) as voice,
    ):
        joined(fake, voice)
        rights = Permission.CONNECT | Permission.SPEAK
        fake.guild.roles[fake.guild.members[fake.bot.id].role_ids[0]].permissions |= rights
        lounge = fake.world.add_channel(fake.guild, "lounge", ChannelType.VOICE)
        mod = fake.add_member("mod", permissions=Permission.MANAGE_GUILD)
        here = {"guild_id": fake.guild.id, "channel_id": fake.channel.id}
        jam = await started(parts.store, hidden=False, due_at=NOW + 3600.0, **here)
        made = await entered(parts.store, jam, MIA, RAVI)
        folder = shelf.folder_of(parts.context, jam.id)
        folder.mkdir(parents=True)
        write_song(folder / f"{made[0].job_id}-0.mp3")
        (folder / f"{made[1].job_id}-0.m4a").write_bytes(b"m4a")
        await fake.synced("jam")
        await fake.gateway.connected()
        fake.deny(lounge, Permission.SPEAK)
        answer = await mod.slash(fake.channel, "jam listen", jam=jam.id, voice=lounge).answered()
        assert "I am missing Speak there." in answer.data["content"]
        fake.allow(lounge, Permission.SPEAK)
        answer = await mod.slash(fake.channel, "jam listen", jam=jam.id, voice=lounge).answered()
        assert f"are heard in <#{lounge.id}>" in answer.data["content"]
        first = await fake.channel.wait_for_message(lambda one: "**1 of 2**" in str(one.embeds))
        assert f"in <#{lounge.id}>" in str(first.embeds)
        second = await fake.channel.wait_for_message(lambda one: "**2 of 2**" in str(one.embeds))
        assert "press play here" in str(second.embeds)
        assert [file.filename[-4:] for file in second.attachments] == [".m4a"]
        [call] = voice.calls
        write_opus(folder / f"{made[0].job_id}-0.mp3", tmp_path / "expected.ogg")
        assert call.heard == packets_of(tmp_path / "expected.ogg")
        assert call.unclear == 0
        assert fake.gateway.connections == 1, "the voice server is no other gateway"
        await fake.world.changes.until(lambda: not call.open, "the end of the call")
        assert list((tmp_path / "voice").iterdir()) == []
