"""A message with a zip: what is in it, what is beside it, and what cannot be had."""

from collections.abc import Sequence

import discord
from discord import ui

from cogs.text import all_at_once_messages as messages
from cogs.text.clean import clean
from cogs.ui.buttons import zip_buttons
from cogs.ui.embeds import GOOD, LINES, TITLE, link
from jobs.models import Clip, Job, Post


def zip_content(job: Job, post: Post, clips: Sequence[Clip]) -> tuple[str, discord.Embed, ui.View]:
    """What is said above it, its card, and what is offered below."""
    beside = [
        f"{messages.named(clip)}: {link(messages.NOT_IN_IT, clip.audio_url) or messages.NOT_IN_IT}"
        for clip in clips
        if clip.position in post.linked
    ]
    lost = messages.lost_for_zip([clip for clip in clips if clip.position in post.lost])
    lines = list(filter(None, [messages.zip_contents(clips, post), lost]))
    while beside and sum(map(len, [*lines, *beside])) > LINES:  # better without some links than no message
        beside.pop()
    text = "\n".join([*lines, *beside])
    card = discord.Embed(title=clean(job.summary, TITLE), description=text, colour=GOOD)
    return messages.zip_heading(job, post, clips), card, zip_buttons(job, post)
