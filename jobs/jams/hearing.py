"""What members do to hear a jam: its album, and listening parties."""

from collections.abc import Callable

from jobs.models import Origin, Zipped
from jobs.models.jam import Jam
from jobs.models.rejections import JamProblem, JamRefused, MissingPermissions, Rejected
from jobs.ports import Clock
from jobs.rules import jam_clock
from jobs.rules.schedule import Schedule
from jobs.store import Store
from jobs.store.queries.jams import albums, parties


class Hearing:
    """Posts albums and begins, skips and stops parties; `wake` tells the keeper and the engine."""

    def __init__(self, store: Store, clock: Clock, schedule: Schedule, wake: Callable[[], None]) -> None:
        self._store, self._clock, self._schedule = store, clock, schedule
        self._wake = wake

    async def album(self, jam: Jam, origin: Origin) -> Zipped:
        """Post the songs of a jam that is over as zips, here and once. Raises Rejected."""
        packed = await self._store.write(albums.pack, jam.id, origin, now=self._clock.now())
        if not isinstance(packed, Zipped):
            raise Rejected(packed)
        self._wake()
        return packed

    async def listen(self, jam: Jam, origin: Origin, every: str) -> int:
        """Begin a party in the channel; how many songs it has. Raises Rejected.

        `every` is the time from one song to the next; empty for the length of each.
        """
        if origin.missing_permissions:
            raise Rejected(MissingPermissions(origin.missing_permissions))
        seconds = jam_clock.span(every) if every else 0.0
        if seconds is None:
            raise Rejected(JamRefused(JamProblem.TIME_UNREADABLE))
        if every and not jam_clock.LEAST_APART <= seconds <= jam_clock.MOST_APART:
            raise Rejected(JamRefused(JamProblem.PARTY_TIME))
        now = self._clock.now()
        begun = await self._store.write(parties.begin, jam.id, origin.channel_id, every=seconds, now=now)
        if isinstance(begun, JamRefused):
            raise Rejected(begun)
        self._wake()
        return begun

    async def skip(self, jam: Jam, seq: int) -> None:
        """Let the next song come now. Raises Rejected where there is none after that message."""
        if not await self._store.write(parties.skip, jam.id, seq, now=self._clock.now()):
            raise Rejected(JamRefused(JamProblem.PARTY_OVER, jam.id))
        self._wake()

    async def stop(self, jam: Jam, seq: int) -> None:
        """Let nothing come any more. Raises Rejected where nothing would."""
        if not await self._store.write(parties.stop, jam.id, seq):
            raise Rejected(JamRefused(JamProblem.PARTY_OVER, jam.id))
