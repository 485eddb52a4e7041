"""What a message of a delivery says, shows and offers, whom it pings and what it replies to."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord

from cogs.text import delivery_messages, job_messages
from cogs.ui import clip_cards, embeds
from cogs.ui.buttons import news_buttons, result_buttons
from cogs.ui.jams.album_cards import album_content
from cogs.ui.zip_cards import zip_content
from jobs.models import Attachment, Clip, Job, Post, Profile
from jobs.models.jams.album import Album
from jobs.models.operations import ZIP
from jobs.models.states import JobState


def content_of(
    job: Job,
    post: Post,
    results: Sequence[Clip],
    files: Sequence[Attachment],
    catalogue: Profile,
    album: Album | None = None,
    *,
    branches: bool = False,
) -> dict[str, Any]:
    """Make one message of a delivery, or of bad news, as discord.py sends and edits it."""
    with_results = job.state in (JobState.READY, JobState.POSTING)
    clips = _in_message(post, results)
    if with_results and album is not None:
        text, embed, view = album_content(job, post, album, files)
    elif with_results and job.operation == ZIP:
        text, embed, view = zip_content(job, post, clips)
    elif with_results:
        cover = next((file.name for file in files if file.position is None), "")
        attached = frozenset(file.position for file in files if file.position is not None)
        terms = catalogue.terms(job.operation)
        note = delivery_messages.notes(job, post, clips, terms.makes, terms.clips)
        embed = clip_cards.results(job, clips, attached, cover=cover, first=post.seq == 0, note=note)
        view = result_buttons(job, clips, post, catalogue, branches=branches)
        text = delivery_messages.heading(job, post, results, terms.makes)
    else:
        embed, view = embeds.bad_news(job), news_buttons(job, post, catalogue)
        text = job_messages.not_ready(job)
    pinged = [discord.Object(job.user_id)]  # and nobody else
    mentions = discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=pinged)
    content: dict[str, Any] = {"embed": embed, "view": view, "allowed_mentions": mentions}
    if post.seq == 0 or post.missing is not None:
        content["content"] = text
    # A reply cannot reach out of its thread; the first message is where this one goes.
    there = job.thread_id in (None, job.channel_id)
    replied = post.reply_to or ((job.card_message_id or job.params.get("under")) if there else None)
    if replied:
        content["reference"] = discord.MessageReference(
            message_id=replied,
            channel_id=job.thread_id or job.channel_id,
            guild_id=job.guild_id,
            fail_if_not_exists=False,
        )
    return content


def _in_message(post: Post, results: Sequence[Clip]) -> list[Clip]:
    """The results that a message is about; a link that is shown was seen to work."""
    about = {*post.said, *post.lost, *post.failed}
    return [
        replace(clip, audio_url="") if clip.position in post.lost else clip
        for clip in results
        if clip.position in about
    ]
