"""The keys that pay: the bot's own, and those that servers gave. Only here are they in the clear, in memory.

One account at the API is one account here: servers with the same key share it, and a server that gave the
bot's own key has the bot's.
"""

from collections.abc import Mapping, Sequence

from jobs.models import OWN_ACCOUNT, ServerKey
from jobs.ports import Vault
from jobs.rules.api_errors import KeyGone, NoKey
from jobs.secret import Secret
from jobs.store import Store
from jobs.store.queries import keys


class NoVault:
    """The vault without a SECRET_KEY: keeps nothing."""

    ready = False

    def seal(self, key: Secret) -> str:
        del key
        raise NoKey("there is no SECRET_KEY")

    def open(self, sealed: str) -> Secret | None:
        del sealed
        return None


class Keyring:
    """The keys of all servers; `own` is the bot's."""

    def __init__(self, own: Secret | None = None, vault: Vault | None = None) -> None:
        self._own = own
        self.vault: Vault = vault or NoVault()
        self._keys: dict[int, Secret | None] = {}
        self._servers: dict[int, ServerKey] = {}

    async def load(self, store: Store) -> None:
        """Load the keys from the store: at start, and when they have changed."""
        self.fill(*await store.read(keys.all_keys))

    async def refresh(self, store: Store, account: int) -> None:
        """Have no key in memory that another process has removed, and the one that it has given."""
        if account != OWN_ACCOUNT and await store.read(keys.is_kept, account) != (account in self._keys):
            await self.load(store)

    def knows(self, account: int) -> bool:
        return account == OWN_ACCOUNT or account in self._keys

    def fill(self, sealed: Mapping[int, str], servers: Sequence[ServerKey]) -> None:
        """Replace the keys, given sealed, and the servers that gave them."""
        known = self._keys
        self._keys = {
            account: known.get(account) or self.vault.open(text) for account, text in sealed.items()
        }
        self._servers = {one.guild_id: one for one in servers}

    def given(self, guild_id: int) -> ServerKey | None:
        return self._servers.get(guild_id)

    def account_of(self, guild_id: int) -> int | None:
        """The account of a server's key; None if it gave none."""
        given = self._servers.get(guild_id)
        if given is None:
            return None
        key = self._keys.get(given.account)
        return OWN_ACCOUNT if key is not None and key == self._own else given.account

    def readable(self, account: int) -> bool:
        """Whether calls can be made for an account."""
        return account == OWN_ACCOUNT or self._keys.get(account) is not None

    @property
    def unreadable(self) -> int:
        """How many keys cannot be opened, as they were sealed with another SECRET_KEY."""
        return sum(key is None for key in self._keys.values())

    def account_with(self, key: Secret, sealed: Mapping[int, str]) -> int | None:
        """Find the account of a key among those that are kept."""
        known = self._keys
        opened = ((account, known.get(account) or self.vault.open(text)) for account, text in sealed.items())
        return next((account for account, one in opened if one == key), None)

    def key_of(self, account: int) -> Secret:
        """The key of a server's account.

        Raises:
            KeyGone: It was removed.
            NoKey: It cannot be opened; the bot's owner can mend that.
        """
        if account not in self._keys:
            raise KeyGone("")
        key = self._keys[account]
        if key is None:
            raise NoKey("the key of this server cannot be read")
        return key
