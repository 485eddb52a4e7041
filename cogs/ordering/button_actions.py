"""What each button does when it is pressed. `buttons` makes them; who may press is checked here."""

from collections.abc import Awaitable, Callable
from types import MappingProxyType

from cogs.ordering.clip_refs import known_source, order_on
from cogs.ordering.forms import begin
from cogs.ordering.place_order import place, visit_of
from cogs.text import delivery_messages, job_messages
from cogs.text.clean import number
from cogs.ui import embeds
from cogs.ui.card_edits import close_cancelled
from cogs.ui.interactions import Interaction, answer, say
from jobs.models import Job, Order
from jobs.models.states import JobState
from jobs.orders.service import Desk
from jobs.rules.admission import Refusal

Press = Callable[[Interaction, Desk, str], Awaitable[None]]


def may_decide(interaction: Interaction, job: Job) -> bool:
    """Whether a member may cancel or decide about a job: the requester and the moderators may."""
    return interaction.user.id == job.user_id or interaction.permissions.manage_guild


async def cancel_job(interaction: Interaction, desk: Desk, job: Job | None) -> None:
    """Cancel a job, or give a held one up; told in the channel, as others may be waiting too."""
    if job is None:
        await say(interaction, job_messages.NO_SUCH_JOB)
    elif not may_decide(interaction, job):
        await say(interaction, job_messages.NOT_YOURS)
    elif (cancelled := await desk.cancel(job.id)) is not None:
        told = job_messages.cancelled(cancelled, interaction.user.id)
        if cancelled.channel_id != interaction.channel_id:
            told += f" {delivery_messages.elsewhere(cancelled)}"
        await answer(interaction, content=told)
        await close_cancelled(interaction.client, cancelled, interaction.user.id)
    else:
        current = await desk.job(job.id, job.guild_id)
        late = current is not None and desk.is_open(current)
        await say(interaction, job_messages.TOO_LATE_TO_CANCEL if late else job_messages.NOT_OPEN)


async def send_again(interaction: Interaction, desk: Desk, job: Job | None) -> None:
    """Post results once more, or look once more at what was given up on."""
    if job is None:
        await say(interaction, job_messages.NO_SUCH_JOB)
    elif not may_decide(interaction, job):
        await say(interaction, job_messages.NOT_YOURS)
    elif await desk.send_again(job.id, visit_of(interaction)) is None:
        await say(interaction, job_messages.NOTHING_TO_SEND)
    else:
        await say(interaction, job_messages.sent_again(job))


async def _job(interaction: Interaction, desk: Desk, subject: str) -> Job | None:
    return await desk.job(number(subject), interaction.guild_id or 0)


async def start(interaction: Interaction, desk: Desk, operation: str, clip_id: str) -> None:
    """Begin an operation on a clip: a form opens where it needs words, else it is ordered."""
    source = await known_source(desk, interaction.guild_id or 0, clip_id)
    await begin(interaction, desk, order_on(source, operation))


async def _basic(interaction: Interaction, desk: Desk, clip_id: str) -> None:
    await start(interaction, desk, "suno.stems_basic", clip_id)


async def _full(interaction: Interaction, desk: Desk, clip_id: str) -> None:
    await start(interaction, desk, "suno.stems_full", clip_id)


async def _wav(interaction: Interaction, desk: Desk, clip_id: str) -> None:
    await start(interaction, desk, "suno.wav", clip_id)


async def _again(interaction: Interaction, desk: Desk, subject: str) -> None:
    job = await _job(interaction, desk, subject)
    if job is None:
        await say(interaction, job_messages.NO_SUCH_JOB)
    else:
        await place(interaction, desk, job.order)


async def _edit(interaction: Interaction, desk: Desk, subject: str) -> None:
    job = await _job(interaction, desk, subject)
    if job is None:
        await say(interaction, job_messages.NO_SUCH_JOB)
    else:
        await begin(interaction, desk, job.order)


async def _draft(interaction: Interaction, desk: Desk, subject: str) -> None:
    order = await desk.draft(number(subject), visit_of(interaction))
    if order is None:
        await say(interaction, job_messages.FORM_AGAIN)
    else:
        await begin(interaction, desk, order)


async def _agree(interaction: Interaction, desk: Desk, subject: str) -> None:
    """Order what a member was asked about; pressed twice, it is ordered once."""
    draft_id, _, price = subject.partition("-")
    order = await desk.draft(number(draft_id), visit_of(interaction))
    if order is None:
        raise Refusal("used")
    await place(interaction, desk, order, draft_id=number(draft_id), agreed=number(price))


async def _words(interaction: Interaction, desk: Desk, subject: str) -> None:
    """Open the form of a song with one version of lyrics that were written."""
    number, _, position = subject.partition("-")
    job = await _job(interaction, desk, number)
    clips = await desk.clips(job.id) if job is not None else ()
    sheet = next((clip for clip in clips if str(clip.position) == position and clip.lyrics), None)
    if sheet is None:
        await say(interaction, job_messages.NO_SUCH_JOB)
        return
    title = sheet.title[: desk.catalogue.limit("title", operation="suno.custom")]
    await begin(interaction, desk, Order("suno.custom", {"title": title, "lyrics": sheet.lyrics}, title))


async def _cancel(interaction: Interaction, desk: Desk, subject: str) -> None:
    await cancel_job(interaction, desk, await _job(interaction, desk, subject))


async def _retry(interaction: Interaction, desk: Desk, subject: str) -> None:
    job = await _job(interaction, desk, subject)
    if job is None:
        await say(interaction, job_messages.NO_SUCH_JOB)
    elif not may_decide(interaction, job):
        await say(interaction, job_messages.NOT_YOURS)
    elif await desk.retry(job.id, visit_of(interaction)) is None:
        await say(interaction, job_messages.DECIDED)
    else:
        await answer(interaction, content=job_messages.retried(job, interaction.user.id))


async def _send(interaction: Interaction, desk: Desk, subject: str) -> None:
    await send_again(interaction, desk, await _job(interaction, desk, subject))


async def _details(interaction: Interaction, desk: Desk, subject: str) -> None:
    job = await _job(interaction, desk, subject)
    if job is None:
        await say(interaction, job_messages.NO_SUCH_JOB)
        return
    clips = await desk.clips(job.id) if job.state is not JobState.ACCEPTED else ()
    await answer(interaction, ephemeral=True, embed=embeds.details(job, clips))


PRESSES: MappingProxyType[str, Press] = MappingProxyType(
    {
        "basic": _basic,
        "full": _full,
        "wav": _wav,
        "again": _again,
        "edit": _edit,
        "draft": _draft,
        "agree": _agree,
        "words": _words,
        "cancel": _cancel,
        "retry": _retry,
        "give-up": _cancel,
        "send": _send,
        "job": _details,
    }
)
