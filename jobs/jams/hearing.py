"""What members do to hear a jam: its album, and listening parties."""

from jobs.jams.changes import Changes
from jobs.models import Job, Origin, Zipped
from jobs.models.jam import Jam
from jobs.models.rejections import JamProblem, JamRefused, MissingPermissions, Rejected
from jobs.ports import Clock
from jobs.rules.jams.clock import LEAST_APART, MOST_APART, span
from jobs.store.queries.jams import albums, parties


class Hearing:
    """Posts albums and begins, skips and stops parties; `has_voice` is whether the bot can speak."""

    def __init__(self, changes: Changes, clock: Clock) -> None:
        self._changes = changes
        self._clock = clock
        self.has_voice = False

    async def album(self, jam: Jam, origin: Origin, *, gone: Job | None = None) -> Zipped:
        """Post the songs of a jam that is over as zips, here and once; anew after `gone`. Raises Rejected."""
        packed = await self._changes.write(albums.pack, jam.id, origin, gone=gone, now=self._clock.now())
        if not isinstance(packed, Zipped):
            raise Rejected(packed)
        return packed

    async def listen(self, jam: Jam, origin: Origin, every: str, voice: int = 0) -> int:
        """Begin a party in the channel; how many songs it has. Raises Rejected.

        `every` is the time from one song to the next; empty for the length of each. `voice` is the voice
        channel where they are heard as well.
        """
        if voice and not self.has_voice:
            raise Rejected(JamRefused(JamProblem.NO_VOICE))
        if origin.missing_permissions:
            raise Rejected(MissingPermissions(origin.missing_permissions))
        seconds = span(every) if every else 0.0
        if seconds is None:
            raise Rejected(JamRefused(JamProblem.TIME_UNREADABLE))
        if every and not LEAST_APART <= seconds <= MOST_APART:
            raise Rejected(JamRefused(JamProblem.PARTY_TIME))
        now = self._clock.now()
        begun = await self._changes.write(
            parties.begin, jam.id, origin.channel_id, every=seconds, now=now, voice=voice
        )
        if isinstance(begun, JamRefused):
            raise Rejected(begun)
        return begun

    async def skip(self, jam: Jam, seq: int) -> None:
        """Let the next song come now. Raises Rejected where there is none after that message."""
        if not await self._changes.write(parties.skip, jam.id, seq, now=self._clock.now()):
            raise Rejected(JamRefused(JamProblem.PARTY_OVER, jam.id))

    async def stop(self, jam: Jam, seq: int) -> None:
        """Let nothing come any more. Raises Rejected where nothing would."""
        if not await self._changes.write(parties.stop, jam.id, seq):
            raise Rejected(JamRefused(JamProblem.PARTY_OVER, jam.id))
