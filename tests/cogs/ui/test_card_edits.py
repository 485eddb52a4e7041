"""The card of a job that has ended: no button any more, and where it was cancelled, it says so."""

import discord
import pytest

from jobs.models.states import JobState
from jobs.store.queries import jobs
from tests.conftest import Jam
from tests.fakes.api_faults import connection


def card(jam: Jam) -> discord.Message:
    return next(message for message in jam.messages() if not message.reference)


async def test_after_the_delivery_the_card_has_no_button(jam: Jam) -> None:
    await jam.song()
    closed = await jam.until(lambda: card(jam) if not card(jam).components else None, "the end of the button")
    assert closed.embeds[0].title == "Suno song · job #1"
    assert len(jam.messages()) == 2


async def test_a_card_that_cannot_be_edited_hurts_nothing(jam: Jam, monkeypatch: pytest.MonkeyPatch) -> None:
    async def edit(*_: object, **__: object) -> None:
        raise OSError("no connection")

    monkeypatch.setattr(discord.PartialMessage, "edit", edit)
    await jam.song()
    await jam.state(1, JobState.DONE)
    assert card(jam).components


async def test_what_is_cancelled_elsewhere_is_told_here_too(jam: Jam) -> None:
    jam.api.faults.add(connection.SlowAnswer(30.0), "credits", times=None)
    away = jam.guild.create_text_channel("away")
    await jam.mia.slash(jam.channel, "suno create", prompt="one")
    waiting = await jam.parts.store.read(jobs.by_id, 1)
    assert waiting is not None
    assert waiting.state is JobState.ACCEPTED, "its balance is still being read"
    done = await jam.mia.slash(away, "jobs cancel", job=1)
    assert done.response is not None
    assert done.response.content.endswith(f"It was asked for in <#{jam.channel.id}>.")
    closed = await jam.until(lambda: card(jam) if not card(jam).components else None, "the end of the button")
    assert "was cancelled by" in str(closed.embeds[0].fields[0].value)
