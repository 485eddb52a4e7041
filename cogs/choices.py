"""What opens while a member types: clips, models, jobs."""

from collections.abc import Sequence

from discord import app_commands

from cogs import cards, messages
from cogs.answers import Interaction
from cogs.text import ID, duration, plain
from jobs.desk import Desk
from jobs.gate import Refusal
from jobs.models import Job

_MAX_CHOICES = 25
_MAX_NAME = 100


def model_choices(desk: Desk, provider: str, typed: str) -> list[app_commands.Choice[str]]:
    """Models by name or id."""
    needle = typed.strip().lower()
    found = [
        app_commands.Choice(name=plain(name, _MAX_NAME), value=model)
        for name, model in desk.models(provider)
        if needle in name.lower() or needle in model.lower()
    ]
    return found[:_MAX_CHOICES]


def model_id(desk: Desk, provider: str, typed: str) -> str:
    """The id of a model that was picked or typed by name; empty for none.

    Raises:
        Refusal: There is no such model.
    """
    wanted = typed.strip().lower()
    for name, model in desk.models(provider):
        if wanted in (name.lower(), model.lower()):
            return model
    if wanted:
        raise Refusal("input", field="model", why="is not a model that the API offers now")
    return ""


async def clip_choices(
    interaction: Interaction, desk: Desk, typed: str, kinds: Sequence[str]
) -> list[app_commands.Choice[str]]:
    """The server's clips by title, newest first."""
    clips = await desk.search(interaction.guild_id or 0, typed, kinds=kinds)
    choices = []
    for clip in clips[:_MAX_CHOICES]:
        length = duration(clip.duration)
        name = plain(f"{cards.full_title(clip)} ({length})" if length else cards.full_title(clip), _MAX_NAME)
        if ID.fullmatch(clip.clip_id):  # Discord refuses the whole list for one empty value
            choices.append(app_commands.Choice(name=name or messages.UNTITLED, value=clip.clip_id))
    return choices


async def job_choices(
    interaction: Interaction, desk: Desk, typed: str, *, mine: bool
) -> list[app_commands.Choice[int]]:
    """Jobs by number or by what was asked."""
    user_id = interaction.user.id if mine else None
    jobs = await desk.recent(interaction.guild_id or 0, user_id, limit=50)
    needle = typed.strip().lower().removeprefix("#")
    found = [job for job in jobs if needle in str(job.id) or needle in job.summary.lower()]
    return [app_commands.Choice(name=_job_name(job), value=job.id) for job in found[:_MAX_CHOICES]]


def _job_name(job: Job) -> str:
    return plain(f"#{job.id} {messages.name(job)}: {job.summary} ({messages.STATES[job.state]})", _MAX_NAME)
