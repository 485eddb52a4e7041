"""Have the song of a listening party heard in its voice channel, beside the messages of the party.

What is to be heard follows from those: the song of the last one, until the next is due. So a restart begins
that song anew, a skipped one gives way, and a party that is over or stopped is a call that ends.
"""

import logging

from jobs.context import JobContext
from jobs.engine.beside.rounds import Watching
from jobs.jams.sounds import IN_CALLS, sound_of
from jobs.models.jam import Jam, JamPost
from jobs.ports import FilesRefused, NothingSent, PortError, Speakers
from jobs.rules.jams.clock import CALL_PAUSE
from jobs.store.queries.jams import entries, parties

log = logging.getLogger(__name__)

# Not scaled.
_TOGETHER, _REST_SECONDS = 0.3, 5.0


def _nobody_listens() -> None:
    """Stand in until somebody wants to know."""


class CallKeeper(Watching):
    """Works while a party is a call; costs nothing while there is none."""

    def __init__(self, context: JobContext, speakers: Speakers) -> None:
        super().__init__("calls", _TOGETHER)
        self._context = context
        self._speakers = speakers
        self.moved = _nobody_listens  # told where the next song is due at another time
        # By server: the jam, the number of the message, and the voice channel.
        self._heard: dict[int, tuple[int, int, int]] = {}

    async def _round(self, now: float) -> None:
        try:
            every = await self._context.store.read(parties.calls)
            calls = [one for one in every if self._context.works_for(one[0].guild_id)]
            for guild_id in self._heard.keys() - {jam.guild_id for jam, _, _ in calls}:
                del self._heard[guild_id]
                await self._speakers.leave(guild_id)
            for jam, next_one, current in calls:
                if current is not None and self._heard.get(jam.guild_id) != _place(jam, current):
                    await self._hear(jam, next_one, current)
            self._watch(calls)
        except NothingSent:
            self.next_at = now + _REST_SECONDS
        except Exception:
            log.exception("calls could not be kept")
            self.next_at = now + _REST_SECONDS

    async def _hear(self, jam: Jam, next_one: JamPost, current: JamPost) -> None:
        """Play the song of a message; the next is due when it is over. Raises NothingSent to try again."""
        place = _place(jam, current)
        if self._heard.get(jam.guild_id, place)[-1] != place[-1]:  # of a party that was stopped just now
            await self._speakers.leave(jam.guild_id)
        entry = await self._context.store.read(entries.by_id, current.entry_id or 0)
        file = await sound_of(self._context, jam, entry) if entry is not None else None
        write = self._context.store.write
        try:
            if file is None or file.suffix not in IN_CALLS:
                await self._speakers.hush(jam.guild_id)
            else:
                length = await self._speakers.play(jam.guild_id, int(current.said["voice"]), file)
                wait = max(length + CALL_PAUSE, float(current.said["every"]))
                await write(parties.put_next, next_one.id, due_at=self._context.clock.now() + wait)
                self.moved()
        except FilesRefused as error:  # its message has it, and the time to press play
            log.info("jam %s: a song is not heard in the call (%s)", jam.id, error.text)
            await self._speakers.hush(jam.guild_id)
        except NothingSent:
            raise
        except PortError as error:
            log.warning("jam %s: the call is over (%s)", jam.id, error.text)
            await write(parties.end_call, next_one.id)
        self._heard[jam.guild_id] = place


def _place(jam: Jam, current: JamPost) -> tuple[int, int, int]:
    return jam.id, current.seq, int(current.said.get("voice") or 0)
