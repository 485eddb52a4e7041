"""What members do in the tests, and what they see of it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import discord
from simcord import MemberActor
from simcord.results import InteractionResult, ResponseMessage

from jobs.models import Clip, Job
from jobs.models.states import OPEN, JobState
from jobs.store.queries import clips, jobs
from tests.conftest import Jam

LINK = "https://files.example/hum.mp3"
WORDS = "[Verse]\nthe lamps are lit"
_ORDERED = re.compile(r"Ordered: job #(\d+) \(.+\)\.")


def answer(result: InteractionResult) -> ResponseMessage:
    """The message that a command, a button or a form was answered with."""
    assert result.response is not None, result
    return result.response


def told(result: InteractionResult) -> str:
    """What one member was told privately."""
    assert answer(result).ephemeral, result  # of its own, or in the place of a question
    return answer(result).content


def shown_to(result: InteractionResult) -> str:
    """The same with what stands in embeds."""
    embeds = " ".join(f"{embed.title} {embed.description}" for embed in answer(result).embeds)
    return f"{told(result)} {embeds}"


async def said(jam: Jam, who: str, command: str, /, **options: object) -> str:
    """What a command answers one member, privately."""
    return shown_to(await getattr(jam, who).slash(jam.channel, command, **options))


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
    """The labels of the buttons under a message."""
    return [str(child.label) for child in _children(message) if isinstance(child, discord.Button)]


def entries(message: discord.Message) -> dict[str, str]:
    """What the menu under a message offers: values by their labels."""
    menus = [child for child in _children(message) if isinstance(child, discord.SelectMenu)]
    return {option.label: option.value for menu in menus for option in menu.options}


def _children(message: discord.Message) -> Iterator[object]:
    return (
        child for row in message.components if isinstance(row, discord.ActionRow) for child in row.children
    )


async def press(jam: Jam, who: str, message: discord.Message, label: str) -> InteractionResult:
    """Press a button or, where there is none of this label, choose the entry from the menu."""
    # A choice changes the menu, so the message may be another by now.
    shown = next((one for one in jam.messages() if one.id == message.id), message)
    member = getattr(jam, who)
    if label in buttons(shown):
        result = await member.click(shown, label=label)
    else:
        result = await member.select(shown, [entries(shown)[label]])
    assert isinstance(result, InteractionResult)
    return result


def accepted(result: InteractionResult) -> int:
    """The number of the job whose card a command, or the end of a question, was answered with."""
    ordered = _ORDERED.match(answer(result).content)
    if ordered is not None:
        assert not answer(result).components
        return int(ordered[1])
    assert not result.ephemeral, answer(result).content
    return int(str(answer(result).embeds[0].title).rpartition("#")[2])


async def agreed(member: MemberActor, result: InteractionResult) -> InteractionResult:
    """What comes of it where the member agrees to the price, should that be asked for."""
    shown = buttons(answer(result).message) if result.ephemeral else []
    asked = next((label for label in shown if label.startswith("Order it · ")), None)
    return await member.click(answer(result), label=asked) if asked else result


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
    job = await over(jam, accepted(await agreed(jam.mia, result)))
    assert job.state is JobState.DONE, (job.reason, job.reason_text)
    return list(await jam.parts.store.read(clips.of_job, job.id))


def jump(jam: Jam, message_id: int, *, client: str = "", guild_id: int | None = None) -> str:
    """A link to a message, as one of Discord's clients copies it."""
    return f"https://{client}discord.com/channels/{guild_id or jam.guild.id}/{jam.channel.id}/{message_id}"


def sent(jam: Jam) -> Any:  # noqa: ANN401 - JSON
    """The body of the latest paid request."""
    return [request for request in jam.api.requests if request.method == "POST"][-1].body
