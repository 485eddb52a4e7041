"""What members do with results once they are there, and what they wish for their own orders."""

from collections.abc import Callable, Mapping, Sequence

from jobs.models import Clip, Job, Order, Place, Preferences, Profile
from jobs.ports import Clock
from jobs.rules.defaults import with_defaults
from jobs.store import Store
from jobs.store.queries.library import likes, preferences, removals


class Library:
    """Likes, removals and preferences: all that is written of them, is written here."""

    def __init__(self, store: Store, clock: Clock, catalogue: Profile, wake: Callable[..., None]) -> None:
        self._store = store
        self._clock = clock
        self._catalogue = catalogue
        self._wake = wake

    async def like(self, guild_id: int, clip: Clip, user_id: int) -> bool:
        """Like a result, or take that back where it is liked; whether it is liked now."""
        return await self._store.write(likes.toggle, guild_id, clip, user_id, now=self._clock.now())

    async def remove(self, job: Job, by: int) -> Sequence[Place] | None:
        """Note that the results of a job are removed; the messages to delete, None while they are posted."""
        places = await self._store.write(removals.remove, job, by=by, now=self._clock.now())
        self._wake()
        return places

    async def prefer(self, user_id: int, values: Mapping[str, object]) -> Preferences:
        """Note what a member wishes from now on, by the names of `queries.library.preferences`."""
        return await self._store.write(preferences.change, user_id, values)

    async def forget_preferences(self, user_id: int) -> None:
        await self._store.write(preferences.clear, user_id)

    async def told_closed(self, user_id: int) -> int:
        """Return once the job of which no copy could be sent to a member; 0 where there is none to tell."""
        wishes = await self._store.read(preferences.of_member, user_id)
        if wishes.closed_since:
            await self._store.write(preferences.change, user_id, {"closed_since": 0})
        return wishes.closed_since

    async def completed(self, order: Order, user_id: int) -> Order:
        """Fill in what an order leaves out with what its member wishes."""
        wishes = await self._store.read(preferences.of_member, user_id)
        return with_defaults(order, wishes, self._catalogue)
