"""Autocompletion: clips, models, the values of a field, jobs."""

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from discord import app_commands

from cogs.text import job_messages, labels
from cogs.text.clean import ID, age, clean_label, duration
from cogs.ui.interactions import Interaction, guild_of
from jobs.models import Clip, Job
from jobs.models.rejections import Rejected, WrongInput
from jobs.orders.service import JobService
from jobs.store.queries import clips, jobs

_MAX_CHOICES = 25
_MAX_NAME = 100
_MAX_PART = 30

Choices = list[app_commands.Choice[str]]
Complete = Callable[[Interaction, str], Coroutine[Any, Any, Choices]]


def model_id(service: JobService, provider: str, typed: str) -> str:
    """Return the id of a model that was picked or typed by name; empty for none."""
    wanted = typed.strip().lower()
    for name, model in _models(service, provider):
        if wanted in (name.lower(), model.lower()):
            return model
    if wanted:
        raise Rejected(WrongInput("model", labels.NOT_A_MODEL))
    return ""


def options(operation: str, field: str, *, several: bool = False) -> Complete:
    """Complete the values of a field; with `several`, after the last comma."""

    async def complete(interaction: Interaction, typed: str) -> Choices:
        values = interaction.client.service.catalogue.options(operation, field).items()
        if not several:
            return _matching(values, typed)
        before, comma, last = typed.rpartition(",")
        taken = {part.strip().lower() for part in before.split(",")}
        left = [(name, value) for name, value in values if name.lower() not in taken]
        head = f"{before.strip()}{comma} " if comma else ""
        return _matching(left, last, head=head)

    return complete


def option_value(service: JobService, operation: str, field: str, typed: str) -> str:
    """Return the value that was picked or typed by name; any other text stays, for admission to refuse."""
    wanted = typed.strip().lower()
    values = service.catalogue.options(operation, field).items()
    return next((value for name, value in values if name.lower() == wanted), typed.strip())


def clips_for(operation: str) -> Complete:
    """Complete the server's clips by title, newest first: those that an operation can start from, or all."""

    async def complete(interaction: Interaction, typed: str) -> Choices:
        service = interaction.client.service
        terms = service.catalogue.terms(operation) if operation else None
        found = await service.read(
            clips.search,
            guild_of(interaction),
            typed,
            kinds=terms.takes if terms else ("song", "stem", "upload", "persona"),
            provider=terms.provider if terms else "",
        )
        # Discord rejects the whole list for one empty value.
        now = service.now()
        return [_clip_choice(clip, now) for clip in found[:_MAX_CHOICES] if ID.fullmatch(clip.clip_id)]

    return complete


def _clip_choice(clip: Clip, now: float) -> app_commands.Choice[str]:
    """Name a clip as no other is: what is made from a song shares its title, and often its length."""
    facts = [labels.derived(clip), duration(clip.duration), f"#{clip.job_id}", age(now - clip.created_at)]
    part = f" - {clean_label(clip.part, _MAX_PART)}" if clip.part else ""  # the title alone is cut
    tail = part + "".join(f" · {fact}" for fact in facts if fact)
    title = clean_label(clip.title, _MAX_NAME - len(tail)) or job_messages.UNTITLED
    return app_commands.Choice(name=title + tail, value=clip.clip_id)


def models_of(provider: str) -> Complete:
    async def complete(interaction: Interaction, typed: str) -> Choices:
        return _matching(_models(interaction.client.service, provider), typed)

    return complete


async def job_choices(interaction: Interaction, typed: str, *, mine: bool) -> list[app_commands.Choice[int]]:
    """List jobs by number or by their summary."""
    user_id = interaction.user.id if mine else None
    read = interaction.client.service.read
    latest = await read(jobs.recent, guild_of(interaction), user_id=user_id, limit=50)
    needle = typed.strip().lower().removeprefix("#")
    found = [job for job in latest if needle in str(job.id) or needle in job.summary.lower()]
    return [
        app_commands.Choice(name=clean_label(_job_name(job), _MAX_NAME), value=job.id)
        for job in found[:_MAX_CHOICES]
    ]


def _models(service: JobService, provider: str) -> list[tuple[str, str]]:
    return [(model.name, model.model_id) for model in service.catalogue.models.get(provider, ())]


def _matching(values: Iterable[tuple[str, str]], typed: str, *, head: str = "") -> Choices:
    needle = typed.strip().lower()
    room = _MAX_NAME - len(head)  # a value that was cut would be another one
    return [
        app_commands.Choice(name=clean_label(f"{head}{name}", _MAX_NAME), value=f"{head}{value}")
        for name, value in values
        if len(value) <= room and (needle in name.lower() or needle in value.lower())
    ][:_MAX_CHOICES]


def _job_name(job: Job) -> str:
    return f"#{job.id} {labels.name(job)}: {job.summary} ({job_messages.STATES[job.state]})"
