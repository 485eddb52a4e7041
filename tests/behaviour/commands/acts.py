"""What members do in the tests, and what they see of it."""

from collections.abc import Mapping
from typing import Any

import discord
from simcord.results import InteractionResult

from jobs.models import Clip, Job
from jobs.models.states import OPEN, JobState
from jobs.store.queries import clips, jobs
from tests.conftest import Jam

LINK = "https://files.example/hum.mp3"
WORDS = "[Verse]\nthe lamps are lit"


def told(result: InteractionResult) -> str:
    """What one member was told privately."""
    assert result.ephemeral, result
    assert result.response is not None
    return result.response.content


async def refused(jam: Jam, command: str, form: Mapping[str, str] | None = None, /, **options: object) -> str:
    """What a member is told whose command, or whose form, is refused."""
    result = await jam.mia.slash(jam.channel, command, **options)
    if form is not None:
        result = await jam.mia.submit_modal(result, dict(form))
    text = told(result)
    assert text.endswith("Nothing was charged."), text
    return text


def form_of(result: InteractionResult) -> dict[str, str]:
    """What stands in the fields of a form."""
    assert result.modal is not None, result.response
    fields = [outer["component"] for outer in result.modal["components"]]
    return {field["custom_id"]: field.get("value") or "" for field in fields}


def buttons(message: discord.Message) -> list[str]:
    """The labels under a message."""
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    return [str(getattr(child, "label", "")) for row in rows for child in row.children]


def accepted(result: InteractionResult) -> int:
    """The number of the job whose card a command was answered with."""
    assert result.response is not None
    assert not result.ephemeral, result.response.content
    return int(str(result.response.embeds[0].title).rpartition("#")[2])


async def over(jam: Jam, number: int) -> Job:
    """The job, once it has ended and has been told."""

    async def ended() -> Job | None:
        job = await jam.parts.store.read(jobs.by_id, number)
        return job if job is not None and job.state not in OPEN and job.notified_at else None

    job: Job = await jam.until(ended, f"job {number}")
    return job


async def made(
    jam: Jam, command: str, form: Mapping[str, str] | None = None, /, **options: object
) -> list[Clip]:
    """The results of a command, once they are in the channel."""
    result = await jam.mia.slash(jam.channel, command, **options)
    if form is not None:
        result = await jam.mia.submit_modal(result, dict(form))
    job = await over(jam, accepted(result))
    assert job.state is JobState.DONE, (job.reason, job.reason_text)
    return list(await jam.parts.store.read(clips.of_job, job.id))


def jump(jam: Jam, message_id: int, *, client: str = "", guild_id: int | None = None) -> str:
    """A link to a message, as one of Discord's clients copies it."""
    return f"https://{client}discord.com/channels/{guild_id or jam.guild.id}/{jam.channel.id}/{message_id}"


def sent(jam: Jam) -> Any:  # noqa: ANN401 - JSON
    """The body of the latest paid request."""
    return [request for request in jam.api.requests if request.method == "POST"][-1].body
