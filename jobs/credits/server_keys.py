"""Give, replace and remove the key of a server."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from jobs.credits.accounts import Accounts
from jobs.credits.instrumented import InstrumentedApi
from jobs.models import Balance, ServerKey
from jobs.models.rejections import KeyProblem, Rejected
from jobs.ports import Clock
from jobs.secret import Secret
from jobs.slots import Signals
from jobs.store import Store
from jobs.store.queries import keys
from musicapi import MusicApiError, Unauthorized

# Real keys are half as long.
_SHORTEST, _LONGEST = 8, 200


@dataclass(frozen=True, slots=True)
class Paying:
    """Who pays for a server: its own key (and whether it can be opened), the bot's (`lent`), or none."""

    own: ServerKey | None
    readable: bool
    lent: bool


class Keys:
    """Keys of servers. `wake` tells the engine that rows have changed, `signals` other processes of keys."""

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        api: InstrumentedApi,
        clock: Clock,
        wake: Callable[..., None],
        *,
        signals: Signals,
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._keyring = accounts.keyring
        self._api = api
        self._clock = clock
        self._wake, self._signals = wake, signals
        self._changing = asyncio.Lock()  # what is loaded after one change must not hide the next

    def paying(self, guild_id: int) -> Paying:
        account, own = self._accounts.paying_for(guild_id), self._keyring.given(guild_id)
        readable = account is not None and self._keyring.readable(account)
        return Paying(own, readable, own is None and account is not None)

    def check_open(self) -> None:
        """Raise Rejected if keys cannot be kept at all."""
        if not self._keyring.vault.ready:
            raise Rejected(KeyProblem.NO_SECRET)

    async def give(self, guild_id: int, user_id: int, typed: str) -> Balance:
        """Check a key and let the server pay with it from now on; return its balance.

        Raises:
            Rejected: There is no SECRET_KEY, or the API does not accept the key. Nothing was changed.
        """
        self.check_open()
        key = _spelled(typed)
        async with self._changing:
            return await self._give(guild_id, user_id, key)

    async def _give(self, guild_id: int, user_id: int, key: Secret) -> Balance:
        # Sealed before use: from here on the logs redact it.
        sealed = self._keyring.vault.seal(key)
        try:
            found = await self._api.try_key(key)
        except Unauthorized:
            raise Rejected(KeyProblem.WRONG) from None
        except MusicApiError:
            raise Rejected(KeyProblem.UNCHECKED) from None
        which = partial(self._keyring.account_with, key)
        await self._store.write(keys.give, guild_id, which, sealed=sealed, by=user_id, now=self._clock.now())
        await self._changed()
        return Balance(found.total, found.extra_credits, self._clock.now())

    async def remove(self, guild_id: int, user_id: int) -> bool:
        """Forget a server's key; False if it had none. Jobs that began with it fail, and report it."""
        async with self._changing:
            found = await self._store.write(keys.remove, guild_id, by=user_id, now=self._clock.now())
            await self._changed()
        return found

    async def _changed(self) -> None:
        await self._keyring.load(self._store)
        self._signals.send("keys")
        self._wake()


def _spelled(typed: str) -> Secret:
    text = typed.strip().removeprefix("Bearer ").strip()
    if not (_SHORTEST <= len(text) <= _LONGEST and text.isascii() and text.isprintable() and " " not in text):
        raise Rejected(KeyProblem.MALFORMED)
    return Secret(text)
