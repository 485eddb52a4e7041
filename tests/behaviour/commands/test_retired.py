"""What the API has retired costs one try, and nobody else's until a day has passed."""

from dataclasses import replace

import pytest

from jobs.models import Reason
from jobs.models.states import JobState
from jobs.orders import enquiry
from sandbox.music_api import Options
from tests.behaviour.commands.acts import accepted, over, refused
from tests.conftest import TIME_SCALE, Jam
from tests.fakes.api_faults import refusals

DAY = enquiry._ASK_AGAIN


@pytest.fixture
def options() -> Options:
    return Options(retired=("nuro.*",))


@pytest.fixture
def pace() -> float:
    return 0.01


async def test_a_retired_operation_costs_one_try_and_is_looked_at_again_a_day_later(
    jam: Jam, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert DAY == 24 * 3600
    # Four seconds of it must do. The deadlines of the jobs stay as they are.
    monkeypatch.setattr(enquiry, "_ASK_AGAIN", 4 / float(TIME_SCALE))
    rain = {"description": "rain"}
    job = await over(jam, accepted(await jam.mia.slash(jam.channel, "nuro instrumental", **rain)))
    assert job.state is JobState.FAILED
    news = str((await jam.reply()).embeds[0].description)
    assert news.startswith("The music API no longer offers this. Nothing was charged.")
    tried = len(jam.api.requests)
    text = await refused(jam, "nuro instrumental", **rain)
    assert text.startswith("Nuro instrumental has been retired by the API. I ask it again <t:")
    assert len(jam.api.requests) == tried
    assert jam.api.charges == ()

    jam.api.faults.clear()
    jam.api.options = replace(jam.api.options, retired=())

    async def taken() -> int | None:
        result = await jam.mia.slash(jam.channel, "nuro instrumental", **rain)
        return None if result.ephemeral else accepted(result)

    again = await over(jam, await jam.until(taken, "the day"))
    assert again.state is JobState.DONE


async def test_another_model_and_another_operation_are_not_affected(jam: Jam) -> None:
    jam.api.faults.add(refusals.Retired(), "suno.create")
    job = await over(jam, accepted(await jam.mia.slash(jam.channel, "suno create", prompt="x")))
    assert job.state is JobState.FAILED
    # The default model by its name is the same one.
    text = await refused(jam, "suno create", prompt="x", model="v4.5")
    assert text.startswith("Suno song with the model v4.5 has been retired by the API. I ask it again <t:")
    assert await refused(jam, "suno create", prompt="x") == text, "the model is named, for others are taken"
    other = await over(jam, accepted(await jam.mia.slash(jam.channel, "suno create", prompt="x", model="v5")))
    assert other.state is JobState.DONE
    described = await jam.mia.slash(jam.channel, "riffusion create", prompt="x")
    assert (await over(jam, accepted(described))).state is JobState.DONE


async def test_a_model_that_the_api_no_longer_knows_costs_one_try(jam: Jam) -> None:
    jam.api.options = replace(jam.api.options, retired_models=("chirp-v4",))
    job = await over(jam, accepted(await jam.mia.slash(jam.channel, "suno create", prompt="x", model="v4")))
    assert (job.state, job.reason) == (JobState.FAILED, Reason.MODEL)
    text = await refused(jam, "suno create", prompt="x", model="v4")
    assert text.startswith("Suno song with the model v4 has been retired by the API.")
    other = await over(jam, accepted(await jam.mia.slash(jam.channel, "suno create", prompt="x")))
    assert other.state is JobState.DONE
