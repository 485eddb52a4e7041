"""Implement `jobs.ports.Outbox` with channel messages, assuming no cache of servers or channels.

Not with interaction follow-ups: those expire after 15 minutes and cannot be deduplicated, whereas Discord
folds a channel message that is sent again with the same nonce.
"""

import asyncio
import logging
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import discord

from cogs.connection.direct import DirectMessagesClosed, send_direct
from cogs.connection.reasons import reason
from cogs.connection.rest import Limited
from cogs.delivery.card_editor import CardEditor
from cogs.delivery.contents import content_of
from cogs.delivery.discord_errors import UNKNOWN_MESSAGE, changing, translate
from cogs.delivery.history import check_sight, search
from cogs.delivery.rate_limit import MOST_REQUESTS, RateLimit
from cogs.text import labels
from cogs.text.clean import clean_label
from cogs.ui import embeds
from cogs.ui.attachment_urls import expired, refresh
from cogs.ui.base_bot import BaseBot
from cogs.ui.buttons import marker
from cogs.ui.controls import custom_ids
from cogs.ui.interactions import TRANSPORT_ERRORS
from cogs.ui.jams.album_page import papers_of
from cogs.ui.job_cards import is_card_of
from cogs.ui.member_names import MemberNames
from jobs.models import Attachment, Card, Clip, Job, OutageNotice, Post, Profile
from jobs.models.jams.album import ALBUM, Album
from jobs.ports import AnswerLost, LinkGone, NothingSent, Undeliverable
from jobs.store.queries.jams import albums, trees

log = logging.getLogger(__name__)

_LOGIN_SECONDS = 30.0
_HAS_THREAD = 160004
_NO_PERMISSION = 50013
_THREAD_NAME = 100
# Discord limits the opening of threads as such; the results wait no longer for one.
_THREAD_SECONDS = 30.0
_SERVER_ERROR = 500
_TOO_MANY = 429
_NO_REPLY = 160002


class ChannelOutbox:
    """Post results and bad news into channels, through `bot`, which comes after the engine."""

    def __init__(self, catalogue: Profile, share: float = MOST_REQUESTS) -> None:
        self._catalogue = catalogue
        self.bot: BaseBot | None = None
        self._rate_limit = RateLimit.of(share)
        self._cards = CardEditor(self.ready, self._rate_limit)
        self._names = MemberNames()

    async def post(self, job: Job, post: Post, results: Sequence[Clip], files: Sequence[Attachment]) -> int:
        """Send one message and return its id. Raises as `Outbox.post` says."""
        bot = await self.turn()
        album = await bot.service.read(albums.album_of, job) if ALBUM in job.params else None
        branches = job.jam_id is not None and await bot.service.read(trees.grows, job)
        content = content_of(job, post, results, files, self._catalogue, album, branches=branches)
        try:
            sent = await _send(_channel(bot, job), content, files, post.nonce)
        except discord.HTTPException as error:
            if error.code == UNKNOWN_MESSAGE:  # it was posted, and has been deleted since
                return 0
            # From a thread, first try the channel with the files; without them only there.
            in_thread = job.thread_id not in (None, job.channel_id)
            translate(error, with_files=bool(files) and not (in_thread and error.code == _NO_PERMISSION))
        except TRANSPORT_ERRORS as error:
            raise AnswerLost(reason(error)) from None
        return sent.id

    async def edit(self, job: Job, post: Post) -> None:
        """Change news to what is true now. Raises as `Outbox.edit` says."""
        bot = await self.ready()
        content = content_of(job, post, (), (), self._catalogue)
        content.pop("reference", None)
        with changing():
            await _channel(bot, job).get_partial_message(post.message_id or 0).edit(**content)

    async def copy(self, job: Job, post: Post) -> None:
        """Forward a message to its requester, with its files and without its buttons."""
        bot = await self.turn()
        there = discord.MessageReference(
            message_id=post.message_id or 0,
            channel_id=post.channel_id or job.destination,
            guild_id=job.guild_id,
            type=discord.MessageReferenceType.forward,
        )
        try:
            await send_direct(bot, job.user_id, reference=there)
        except DirectMessagesClosed:
            raise Undeliverable("direct messages are closed") from None
        except discord.HTTPException as error:
            raise NothingSent(f"HTTP {error.status}, code {error.code}") from None
        except TRANSPORT_ERRORS as error:
            raise AnswerLost(reason(error)) from None

    async def find(self, job: Job, post: Post) -> int | None:
        """Find the message in the channel's history by the nonce in its buttons."""
        since = post.first_try_at or job.created_at
        bot = await self.turn()
        channel = _channel(bot, job)
        found = await search(
            bot, channel, since, lambda message: any(marker(post) in one for one in custom_ids(message))
        )
        if found is None:
            await self._rate_limit.acquire()
            await check_sight(channel, job.card_message_id or job.channel_id)
        return found

    async def show_card(self, job: Job, card: Card) -> None:
        await self._cards.show(job, card)

    async def tell_late(self, job: Job, until: float) -> None:
        self._cards.tell_late(job, until)

    async def find_card(self, job: Job) -> int | None:
        bot = await self.turn()
        return await search(bot, _channel(bot, job), job.created_at, lambda message: is_card_of(job, message))

    async def notify(self, notice: OutageNotice) -> None:
        """Post an outage notice, which pings nobody. Raises as `Outbox.notify` says."""
        bot = await self.turn()
        try:
            channel = bot.get_partial_messageable(notice.channel_id, guild_id=notice.guild_id)
            await channel.send(embed=embeds.outage(notice), nonce=notice.nonce)
        except discord.HTTPException as error:
            if error.code != UNKNOWN_MESSAGE:  # it was posted, and has been deleted since
                translate(error, with_files=False)
        except TRANSPORT_ERRORS as error:
            raise AnswerLost(reason(error)) from None

    async def thread(self, job: Job, name: str) -> int | None:
        """Return the thread on the job's card, opening it if need be; None where there can be none."""
        bot = await self.turn()
        card = job.card_message_id or 0
        try:
            async with asyncio.timeout(_THREAD_SECONDS):
                # Not `Message.create_thread`: it wants the server in its cache.
                opened = await bot.http.start_thread_with_message(
                    job.channel_id,
                    card,
                    name=clean_label(name, _THREAD_NAME) or labels.name(job),
                    auto_archive_duration=1440,
                )
        except discord.HTTPException as error:
            if error.code == _HAS_THREAD:  # an earlier try had opened it; a thread has the id of its message
                return card
            if error.status >= _SERVER_ERROR or bot.rest.limited_for:
                raise NothingSent(f"HTTP {error.status}", retry_after=bot.rest.limited_for or None) from None
            log.info("job %s: no thread here (HTTP %s, code %s)", job.id, error.status, error.code)
            return None
        except TimeoutError:
            log.info("job %s: no thread here in time", job.id)
            return None
        except TRANSPORT_ERRORS as error:
            raise NothingSent(reason(error)) from None
        return int(opened["id"])

    async def fresh_link(self, url: str) -> str:
        """Have Discord renew a link to one of its files that has expired or soon will."""
        if not expired(url, time.time()):
            return url
        bot = await self.turn()
        try:
            fresh = await refresh(bot.http, url)
        except discord.HTTPException as error:
            if error.status < _SERVER_ERROR and error.status != _TOO_MANY:
                raise LinkGone(f"HTTP {error.status}") from None
            wait = error.retry_after if isinstance(error, Limited) else None
            raise NothingSent(f"HTTP {error.status}", retry_after=wait) from None
        except TRANSPORT_ERRORS as error:
            raise NothingSent(reason(error)) from None
        if not fresh or expired(fresh, time.time()):
            raise LinkGone("Discord renews it no more")
        return fresh

    async def names(self, guild_id: int, user_ids: Collection[int]) -> Mapping[int, str]:
        return await self._names.of(await self.ready(), guild_id, user_ids)

    def papers(
        self, album: Album, names: Mapping[int, str], files: Mapping[int, str], cover: str
    ) -> Mapping[str, str]:
        return papers_of(album, names, files, cover)

    async def ready(self) -> BaseBot:
        """Return the bot once it is logged in, unless Discord wants nothing from it."""
        if self.bot is None or self.bot.is_closed():
            raise NothingSent("the bot is not running")
        try:
            async with asyncio.timeout(_LOGIN_SECONDS):
                await self.bot.logged_in.wait()
        except TimeoutError:
            raise NothingSent("the bot is not logged in to Discord") from None
        if wait := self.bot.rest.limited_for:
            raise NothingSent("Discord wants no requests", retry_after=wait)
        return self.bot

    async def turn(self) -> BaseBot:
        """Return the bot when it may make its next request. Raises NothingSent as `ready` does."""
        bot = await self.ready()
        await self._rate_limit.acquire()
        return bot


def _channel(bot: BaseBot, job: Job) -> discord.PartialMessageable:
    return bot.get_partial_messageable(job.thread_id or job.channel_id, guild_id=job.guild_id)


async def _send(
    channel: discord.PartialMessageable, content: dict[str, Any], files: Sequence[Attachment], nonce: str
) -> discord.Message:
    """Send, as a reply to the card where Discord allows one. Raises what discord.py raises."""
    while True:
        # discord.py closes them, whatever happens.
        opened = [discord.File(file.path, filename=file.name) for file in files]
        try:
            return await channel.send(**content, files=opened, nonce=nonce)
        except discord.HTTPException as error:
            if error.code != _NO_REPLY or content.pop("reference", None) is None:
                raise
