"""The messages of an album: the ranking with its cover, what is in which zip, and what cannot be had."""

from collections.abc import Sequence

import discord
from discord import ui

from cogs.text.jams import album as text
from cogs.text.jams import posts
from cogs.ui.buttons import zip_buttons
from cogs.ui.embeds import GOOD, LINES, TITLE, fitting
from jobs.models import Attachment, Job, Post
from jobs.models.jams.album import Album


def album_content(
    job: Job, post: Post, album: Album, files: Sequence[Attachment]
) -> tuple[str, discord.Embed, ui.View]:
    """What is said above it, its card, and what is offered below."""
    missing = [
        text.without(track, job.guild_id, lost=track.clip.position in post.lost)
        for track in album.tracks
        if track.clip.position in (*post.lost, *post.linked)
    ]
    parts = [
        fitting(text.lines(post, album), "\n", LINES - 1000 if missing else LINES),
        fitting(missing, "\n", 900) if missing else "",
        text.contents(post) if files else "",
    ]
    described = "\n\n".join(filter(None, parts))
    card = discord.Embed(title=posts.title(album.jam)[:TITLE], description=described, colour=GOOD)
    cover = next((file.name for file in files if file.position is None), "")
    if cover:
        card.set_thumbnail(url=f"attachment://{cover}")
    return text.heading(job, album), card, zip_buttons(job, post)
