"""Implement `jobs.ports.JamOutbox`: the messages of jams, sent as results are."""

from collections.abc import Sequence
from typing import Any

import discord

from cogs.connection.reasons import reason
from cogs.delivery.discord_errors import UNKNOWN_MESSAGE, changing, translate
from cogs.delivery.history import check_sight, search
from cogs.delivery.outbox import ChannelOutbox
from cogs.text.jams import relays
from cogs.ui.base_bot import BaseBot
from cogs.ui.buttons import result_buttons
from cogs.ui.controls import custom_ids
from cogs.ui.interactions import TRANSPORT_ERRORS
from cogs.ui.jams.messages import content_of, standing_of
from jobs.models import Attachment, Clip, Post, Profile
from jobs.models.jam import Jam, JamPost, JamState, Say
from jobs.models.jams.figures import JamFigures
from jobs.ports import AnswerLost
from jobs.store.queries import jobs
from jobs.store.queries.jams import trees


class JamChannelOutbox:
    """Post what a jam says, with the turn of the outbox that posts results."""

    def __init__(self, outbox: ChannelOutbox, catalogue: Profile) -> None:
        self._outbox = outbox
        self._catalogue = catalogue

    async def say(self, jam: Jam, post: JamPost, figures: JamFigures, files: Sequence[Attachment]) -> int:
        """Send one message and return its id. Raises as `JamOutbox` says."""
        bot = await self._outbox.turn()
        content = await self._content(bot, jam, post, figures)
        if jam.about.in_turn and not files:
            content["content"] = relays.unheard(jam, post, content["content"])
        sound = [discord.File(file.path, filename=file.name) for file in files]
        try:
            sent = await _channel(bot, jam, post).send(**content, files=sound, nonce=post.nonce)
        except discord.HTTPException as error:
            if error.code == UNKNOWN_MESSAGE:  # it was posted, and has been deleted since
                return 0
            translate(error, with_files=bool(sound))
        except TRANSPORT_ERRORS as error:
            raise AnswerLost(reason(error)) from None
        return sent.id

    async def find(self, jam: Jam, post: JamPost) -> int | None:
        """Find a message in the channel's history by the nonce in its buttons."""
        bot = await self._outbox.turn()
        channel, since = _channel(bot, jam, post), post.first_try_at or post.created_at
        found = await search(
            bot, channel, since, lambda message: any(f":{post.nonce}" in one for one in custom_ids(message))
        )
        if found is None:
            await check_sight(_channel(await self._outbox.turn(), jam, post), jam.channel_id)
        return found

    async def edit(self, jam: Jam, post: JamPost, figures: JamFigures) -> None:
        """Change a message to what is true now. Raises as `JamOutbox` says."""
        bot = await self._outbox.turn()
        content = await self._content(bot, jam, post, figures)
        if jam.hidden and post.said.get("sound"):  # what one was to hear, the others hear with the result
            content["attachments"] = []
        with changing():
            await _channel(bot, jam, post).get_partial_message(post.message_id or 0).edit(**content)

    async def delete(self, jam: Jam, post: JamPost) -> None:
        bot = await self._outbox.turn()
        with changing():
            await _channel(bot, jam, post).get_partial_message(post.message_id or 0).delete()

    async def _content(self, bot: BaseBot, jam: Jam, post: JamPost, figures: JamFigures) -> dict[str, Any]:
        """What a message is made of; the panel alone names the song that all make something of."""
        grown = jam.about.branches and post.name is Say.RESULT
        branches = await bot.jams.read(trees.branches, jam) if grown else ()
        song = await bot.jams.song(jam) if post.name is Say.PANEL else None
        content = content_of(jam, post, figures, song.title if song is not None else "", branches)
        shown = _song_in(jam, post, figures)
        if shown is not None:
            content["view"] = await self._steps(bot, jam, post, shown) or content["view"]
        return content

    async def _steps(self, bot: BaseBot, jam: Jam, post: JamPost, clip: Clip) -> discord.ui.View | None:
        """The buttons that every song has, once it is told whose it is."""
        job = await bot.service.read(jobs.by_id, clip.job_id)
        if job is None:
            return None
        shown = Post(0, job.id, 0, 0, post.nonce, attached=(clip.position,))
        album_of = jam.id if post.name is Say.RESULT else 0
        return result_buttons(job, [clip], shown, self._catalogue, album_of=album_of)


def _song_in(jam: Jam, post: JamPost, figures: JamFigures) -> Clip | None:
    """The song in a message from which everybody may go on: of a gallery that is told, or the whole one."""
    if post.name is Say.GALLERY and jam.state is JamState.DONE:
        standing = standing_of(post, figures)
        return standing.clip if standing is not None else None
    if post.name is Say.RESULT and jam.about.in_turn and figures.parts:
        return figures.parts[-1].whole
    return None


def _channel(bot: BaseBot, jam: Jam, post: JamPost) -> discord.PartialMessageable:
    return bot.get_partial_messageable(post.channel_id or jam.channel_id, guild_id=jam.guild_id)
