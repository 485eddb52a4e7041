"""The actions of buttons, and who may press them. `cogs.ui.buttons` makes the buttons."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import MappingProxyType

from cogs.ordering import likes, lists, removal
from cogs.ordering.all_at_once import agree_to_order, order_wavs, order_zip
from cogs.ordering.clip_refs import known_clip, order_on
from cogs.ordering.clip_view import show_lyrics
from cogs.ordering.forms import begin, order_kept
from cogs.ordering.jams import branching, entering, hearing, hosting, leading, turning, voting, winning
from cogs.ordering.permissions import is_moderator
from cogs.ordering.place_order import acknowledge, origin_of, place_order
from cogs.text import delivery_messages, job_messages, library_messages
from cogs.text.clean import jump, number
from cogs.text.rejection_messages import rejection
from cogs.ui import embeds
from cogs.ui.controls import replace_question
from cogs.ui.interactions import Interaction, defer, edit, guild_of, reply, respond
from cogs.ui.job_cards import close_decided
from jobs.models import Job, Order
from jobs.models.rejections import Denied
from jobs.models.states import OPEN, JobState
from jobs.orders.service import JobService
from jobs.store.queries import clips, jobs
from jobs.store.queries.library import removals, songs

Action = Callable[[Interaction, JobService, str], Awaitable[None]]
JobAction = Callable[[Interaction, JobService, Job], Awaitable[None]]

# Buttons under older messages call these by other names.
_OLD_NAMES = {"basic": "suno.stems_basic", "full": "suno.stems_full", "wav": "suno.wav"}


def _on_job(run: JobAction, *, decides: bool = False) -> Action:
    """Make an action on a job by its number; decisions are for its requester and the moderators."""

    async def action(interaction: Interaction, service: JobService, subject: str) -> None:
        job = await service.read(jobs.in_guild, guild_of(interaction), number(subject))
        if job is None:
            await reply(interaction, job_messages.NO_SUCH_JOB)
        elif decides and interaction.user.id != job.user_id and not is_moderator(interaction):
            await reply(interaction, job_messages.NOT_YOURS)
        else:
            await run(interaction, service, job)

    return action


async def _cancel(interaction: Interaction, service: JobService, job: Job) -> None:
    """Cancel a job or give up a held one, and say so publicly: others may be waiting too."""
    cancelled = await service.cancel(job.id)
    if cancelled is None:
        current = await service.read(jobs.by_id, job.id)
        late = current is not None and current.state in OPEN
        ended = job_messages.not_open(await _results_of(service, job))
        await reply(interaction, job_messages.TOO_LATE_TO_CANCEL if late else ended)
        return
    text = job_messages.cancelled(cancelled, interaction.user.id)
    if cancelled.channel_id != interaction.channel_id:
        text += f" {job_messages.elsewhere(cancelled)}"
    await respond(interaction, content=text)


async def _send(interaction: Interaction, service: JobService, job: Job) -> None:
    removed = await service.read(removals.of_job, job.id)
    if removed is not None and removed.user_id != job.user_id and not is_moderator(interaction):
        await reply(interaction, library_messages.REMOVED_BY_MODERATOR)
        return
    sent = await service.send_again(job.id, origin_of(interaction))
    text = delivery_messages.NOTHING_TO_SEND if sent is None else delivery_messages.sent_again(job)
    await reply(interaction, text)


async def _look(interaction: Interaction, service: JobService, job: Job) -> None:
    if await service.read(removals.of_job, job.id) is not None:
        await reply(interaction, library_messages.REMOVED)
        return
    looking = await service.look_again(job.id, origin_of(interaction))
    text = delivery_messages.NOTHING_MORE
    if looking is not None:
        text = delivery_messages.looked_again(job, await _results_of(service, job))
    await reply(interaction, text)


async def start(interaction: Interaction, service: JobService, operation: str, clip_id: str) -> None:
    source = await known_clip(service, guild_of(interaction), clip_id)
    await begin(interaction, service, order_on(source, _OLD_NAMES.get(operation, operation)))


async def _again(interaction: Interaction, service: JobService, job: Job) -> None:
    await place_order(interaction, service, replace(job.order, jam_id=None), as_it_is=True)


async def _edit(interaction: Interaction, service: JobService, job: Job) -> None:
    await begin(interaction, service, replace(job.order, jam_id=None), as_it_is=True)


async def _draft(interaction: Interaction, service: JobService, subject: str) -> None:
    order = await order_kept(interaction, service, subject)
    if order is None:
        await replace_question(interaction, job_messages.FORM_AGAIN)
    else:
        await begin(interaction, service, order, as_it_is=True)


async def _agree(interaction: Interaction, service: JobService, subject: str) -> None:
    """Place an order at the agreed price; pressed twice, it is placed once."""
    draft_id, _, price = subject.partition("-")
    order = await order_kept(interaction, service, draft_id)
    if order is None:
        placed = await service.ordered_by(str(interaction.id))
        if placed is None:
            await replace_question(interaction, rejection(Denied.ORDERED_ALREADY))
        else:
            await acknowledge(interaction, service, placed)
        return
    await place_order(
        interaction, service, order, draft_id=number(draft_id), agreed=number(price), as_it_is=True
    )


async def _words(interaction: Interaction, service: JobService, subject: str) -> None:
    job_id, _, position = subject.partition("-")
    job = await service.read(jobs.in_guild, guild_of(interaction), number(job_id))
    found = await service.read(clips.of_job, job.id) if job is not None else ()
    version = next((clip for clip in found if str(clip.position) == position and clip.lyrics), None)
    if version is None:
        await reply(interaction, job_messages.NO_SUCH_JOB)
        return
    title = version.title[: service.catalogue.limit("title", operation="suno.custom")]
    await begin(interaction, service, Order("suno.custom", {"title": title, "lyrics": version.lyrics}, title))


async def _retry(interaction: Interaction, service: JobService, job: Job) -> None:
    if await service.retry(job.id, origin_of(interaction)) is None:
        await reply(interaction, job_messages.DECIDED)
    else:
        text = job_messages.retried(job, interaction.user.id)
        await respond(interaction, content=text)
        await close_decided(interaction, job, text)


async def _check(interaction: Interaction, service: JobService, job: Job) -> None:
    """Read the balance now; the message itself is changed by the engine where that tells something new."""
    await defer(interaction)
    current, read = await service.check(job)
    await edit(interaction, content=job_messages.checked(current, read=read))


async def _details(interaction: Interaction, service: JobService, job: Job) -> None:
    results = await service.read(clips.of_job, job.id) if job.state is not JobState.ACCEPTED else ()
    link = await _results_of(service, job)
    await respond(interaction, ephemeral=True, embed=embeds.details(job, results, link))


async def _results_of(service: JobService, job: Job) -> str:
    """The address of the first message with results of a job; empty where there is none."""
    places = (await service.read(songs.places, [job.id])).values()
    return next((jump(job.guild_id, place) for place in places), "")


cancel, send_again = _on_job(_cancel, decides=True), _on_job(_send, decides=True)
look_again, ask_to_remove = _on_job(_look, decides=True), _on_job(removal.ask, decides=True)

BUTTON_ACTIONS: MappingProxyType[str, Action] = MappingProxyType(
    {
        "again": _on_job(_again),
        "edit": _on_job(_edit),
        "draft": _draft,
        "agree": _agree,
        "words": _words,
        "text": show_lyrics,
        "cancel": cancel,
        "retry": _on_job(_retry, decides=True),
        "check": _on_job(_check, decides=True),
        "give-up": cancel,
        "send": send_again,  # also under older news of jobs that can be looked at again
        "look": look_again,
        "job": _on_job(_details),
        "wavs": _on_job(order_wavs),
        "wavs-agree": agree_to_order,
        "remove": ask_to_remove,
        "remove-it": _on_job(removal.remove, decides=True),
        "like": likes.like,
        "likes": likes.choose,
        "vote": likes.vote,
        "songs": lists.turn_songs,
        "top": lists.turn_top,
        "jobs": lists.turn_jobs,
        "open": lists.open_song,
        "zip": _on_job(order_zip),
        "jam-enter": entering.enter,
        "jam-make": entering.make,
        "jam-branch": branching.branch,
        "jam-from": branching.chosen,
        "jam-grow": branching.grow,
        "jam-mine": entering.mine,
        "jam-choose": entering.choose,
        "jam-change": entering.change,
        "jam-withdraw": entering.withdraw,
        "jam-retry": entering.retry,
        "jam-give-up": entering.give_up,
        "jam-vote": voting.vote,
        "jam-ballot": voting.turn,
        "jam-pick": voting.pick,
        "jam-show": voting.show,
        "jam-remind": voting.remind,
        "jam-join": turning.join,
        "jam-leave": turning.leave,
        "jam-begin": turning.begin,
        "jam-take": turning.take,
        "jam-pass": turning.pass_on,
        "jam-goes-on": turning.go_on_with,
        "jam-resume": turning.resume,
        "jam-join-again": turning.join_again,
        "jam-without": turning.go_on_without,
        "jam-host": leading.show,
        "jam-ask": leading.ask,
        "jam-close": hosting.close,
        "jam-album": hearing.album_pressed,
        "jam-listen": hearing.listen_pressed,
        "jam-winner": winning.offer,
        "jam-persona": winning.make,
        "jam-lend": winning.lend,
        "jam-skip": hearing.skip,
        "jam-stop": hearing.stop,
    }
)
