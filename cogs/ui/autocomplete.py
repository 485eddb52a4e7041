"""Autocompletion: clips, models, the values of a field, jobs."""

import re
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any

from discord import app_commands

from cogs.text import job_messages, labels
from cogs.text.clean import ELLIPSIS, ID, age, clean_label, duration
from cogs.ui.channels import viewer_of
from cogs.ui.interactions import Interaction, guild_of
from jobs.models import Clip, ListedJob
from jobs.models.rejections import Rejected, WrongInput
from jobs.orders.service import JobService
from jobs.rules.names import in_halves
from jobs.store.queries import clips
from jobs.store.queries.library import history

MAX_CHOICES = 25
_MOST_JOBS = 50
MAX_NAME = 100
_MIN_SONG, _MAX_WHOSE = 16, 20

# The job of an entry, among its other facts.
_JOB = re.compile(r"#\d{1,18}")

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
        return _clip_choices(interaction, await clips_like(interaction, typed, operation))

    return complete


async def clips_like(interaction: Interaction, typed: str, operation: str) -> Sequence[Clip]:
    """List the clips that a list shows for what was typed, be it an entry of the list or an id."""
    service = interaction.client.service
    terms = service.catalogue.terms(operation) if operation else None
    name, job_id = as_listed(typed)
    found = await service.read(
        clips.search,
        guild_of(interaction),
        name,
        kinds=terms.takes if terms else ("song", "stem", "upload", "persona"),
        provider=terms.provider if terms else "",
        viewer=viewer_of(interaction),
        job_id=job_id,
    )
    # Discord rejects the whole list for one empty value.
    return [clip for clip in found if ID.fullmatch(clip.clip_id)]


def as_listed(typed: str) -> tuple[str, int]:
    """Read the name and the job of an entry of the list; anything else is all name."""
    name, *facts = typed.split(" · ")
    job_id = next((int(fact[1:]) for fact in facts if _JOB.fullmatch(fact)), 0)
    if not job_id:
        return typed, 0
    return " ".join(word for word in name.split() if ELLIPSIS not in word), job_id


def _clip_choices(interaction: Interaction, found: Sequence[Clip]) -> Choices:
    """Name clips as no others are: what is made from a song shares its title, and often its length."""
    guild_id, now = guild_of(interaction), interaction.client.service.now()
    heard, me = interaction.client.heard_names, interaction.user.id
    names = [
        clip_line(clip, now, labels.YOURS if clip.user_id == me else heard.get((guild_id, clip.user_id), ""))
        for clip in found
    ]
    # Parts of one name are told apart by their place.
    numbered = (
        f"{clean_label(name, MAX_NAME - 6)} · {clip.position + 1}" if names.count(name) > 1 else name
        for name, clip in zip(names, found, strict=True)
    )
    return [
        app_commands.Choice(name=name, value=clip.clip_id) for name, clip in zip(numbered, found, strict=True)
    ]


def clip_line(clip: Clip, now: float, whose: str) -> str:
    """What, how long, of which job, how old and whose; where room is short, the song's name is cut."""
    facts = [
        labels.SETS.get(clip.operation, ""), duration(clip.duration), f"#{clip.job_id}",
        age(now - clip.created_at), clean_label(whose, _MAX_WHOSE),
    ]  # fmt: skip
    tail = "".join(f" · {fact}" for fact in facts if fact)
    song, rest = in_halves(clip)
    rest = clean_label(f" {rest}", MAX_NAME - _MIN_SONG - 1 - len(tail))
    tail = f" {rest}{tail}" if rest else tail
    return clean_label(song, MAX_NAME - len(tail)) + tail


def models_of(operation: str) -> Complete:
    """Complete the models that an operation can use, with what each of them takes."""

    async def complete(interaction: Interaction, typed: str) -> Choices:
        catalogue = interaction.client.service.catalogue
        models = catalogue.models.get(catalogue.terms(operation).provider, ())
        named = [(labels.model(one.model_id, catalogue, operation), one.model_id) for one in models]
        return _matching(named, typed)

    return complete


async def job_choices(interaction: Interaction, typed: str, *, mine: bool) -> list[app_commands.Choice[int]]:
    """List jobs by number, or by what was asked for or made."""
    user_id = interaction.user.id if mine else 0
    read = interaction.client.service.read
    latest, _ = await read(history.page, guild_of(interaction), user_id=user_id, limit=_MOST_JOBS)
    needle = typed.strip().lower().removeprefix("#")
    found = [one for one in latest if needle in f"{one.job.id} {one.title} {one.job.summary}".lower()]
    return [
        app_commands.Choice(name=clean_label(_job_name(one), MAX_NAME), value=one.job.id)
        for one in found[:MAX_CHOICES]
    ]


def _models(service: JobService, provider: str) -> list[tuple[str, str]]:
    return [(model.name, model.model_id) for model in service.catalogue.models.get(provider, ())]


def _matching(values: Iterable[tuple[str, str]], typed: str, *, head: str = "") -> Choices:
    needle = typed.strip().lower()
    room = MAX_NAME - len(head)  # a value that was cut would be another one
    return [
        app_commands.Choice(name=clean_label(f"{head}{name}", MAX_NAME), value=f"{head}{value}")
        for name, value in values
        if len(value) <= room and (needle in name.lower() or needle in value.lower())
    ][:MAX_CHOICES]


def _job_name(one: ListedJob) -> str:
    job = one.job
    return f"#{job.id} {labels.name(job)}: {one.title or job.summary} ({job_messages.STATES[job.state]})"
