"""Show lists in pages, privately: as answers to commands, and as their buttons turn the pages."""

import re
from typing import Any

import discord
from discord import ui

from cogs.ordering.clip_view import show_clip
from cogs.ordering.permissions import is_moderator
from cogs.text import job_messages, library_messages
from cogs.text.clean import number
from cogs.ui import lists
from cogs.ui.channels import viewer_of
from cogs.ui.interactions import Interaction, guild_of, reply, respond, update
from jobs.models import Listed, Shelf
from jobs.models.rejections import Denied, Rejected
from jobs.orders.service import JobService
from jobs.store.queries.library import history, songs

PERIODS = {"week": 7, "month": 30, "all": 0}
_DAY = 24 * 3600.0
_TOP = re.compile(r"(?P<period>week|month|all)-(?P<number>\d{1,4})", re.ASCII)
_JOBS = re.compile(r"(?P<whose>mine|server)-(?P<number>\d{1,4})", re.ASCII)


async def show_songs(interaction: Interaction, service: JobService, shelf: Shelf, page: int = 0) -> None:
    """Show a page of the library."""
    guild_id = guild_of(interaction)
    found, more = await service.read(
        songs.page, guild_id, shelf, viewer_of(interaction), offset=page * lists.SONGS, limit=lists.SONGS
    )
    ids = lists.page_id(shelf, page - 1), lists.page_id(shelf, page + 1)
    shown = lists.songs(guild_id, shelf, page, found)
    await _show(interaction, shown, lists.song_controls("songs", ids, page, found, more=more))


async def show_top(interaction: Interaction, service: JobService, period: str, page: int = 0) -> None:
    """Show what is liked most."""
    guild_id, days = guild_of(interaction), PERIODS[period]
    since = service.now() - days * _DAY if days else 0.0
    found, more = await service.read(
        songs.top, guild_id, viewer_of(interaction), since=since, offset=page * lists.SONGS, limit=lists.SONGS
    )
    ids = f"{period}-{page - 1}", f"{period}-{page + 1}"
    shown = lists.top(guild_id, period, page, found)
    await _show(interaction, shown, lists.song_controls("top", ids, page, found, more=more))


async def show_jobs(interaction: Interaction, service: JobService, whose: str, page: int = 0) -> None:
    """Show a page of the member's jobs or, to moderators, of all. Raises Rejected."""
    server = whose == "server"
    if server and not is_moderator(interaction):
        raise Rejected(Denied.NOT_A_MODERATOR)
    guild_id, member = guild_of(interaction), 0 if server else interaction.user.id
    found, more = await service.read(
        history.page, guild_id, user_id=member, offset=page * lists.JOBS, limit=lists.JOBS
    )
    title = job_messages.OF_SERVER if server else job_messages.YOURS
    shown = lists.jobs(guild_id, title, page, found, whose=server)
    listed = [one.job for one in found] if server else []
    await _show(interaction, shown, lists.job_controls(whose, page, listed, more=more))


async def turn_songs(interaction: Interaction, service: JobService, subject: str) -> None:
    asked = lists.read_page_id(subject, interaction.user.id)
    if asked is None:
        await reply(interaction, library_messages.LIST_AGAIN)
    else:
        await show_songs(interaction, service, *asked)


async def turn_top(interaction: Interaction, service: JobService, subject: str) -> None:
    asked = _TOP.fullmatch(subject)
    if asked is None:
        await reply(interaction, library_messages.LIST_AGAIN)
    else:
        await show_top(interaction, service, asked["period"], int(asked["number"]))


async def turn_jobs(interaction: Interaction, service: JobService, subject: str) -> None:
    asked = _JOBS.fullmatch(subject)
    if asked is None:
        await reply(interaction, library_messages.LIST_AGAIN)
    else:
        await show_jobs(interaction, service, asked["whose"], int(asked["number"]))


async def open_song(interaction: Interaction, service: JobService, subject: str) -> None:
    """Show privately all that is known of a result, and what can be done with it."""
    one = await result_at(interaction, service, subject)
    if one is None:
        await reply(interaction, library_messages.GONE)
    else:
        await show_clip(interaction, service, one.clip, private=True)


async def result_at(interaction: Interaction, service: JobService, subject: str) -> Listed | None:
    """Find the result that a button or entry names by its job and position."""
    job_id, _, position = subject.partition("-")
    return await service.read(songs.one, guild_of(interaction), number(job_id), number(position))


async def _show(interaction: Interaction, shown: discord.Embed, view: ui.View) -> None:
    content: dict[str, Any] = {"embed": shown, "view": view}
    if interaction.type is discord.InteractionType.component:
        await update(interaction, **content)
    else:
        await respond(interaction, ephemeral=True, **content)
