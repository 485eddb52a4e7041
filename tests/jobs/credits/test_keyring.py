"""Which key pays: shared where it is the same, the bot's own where it is that, none that cannot be read."""

from dataclasses import replace
from functools import partial

import pytest
from cryptography.fernet import Fernet

from jobs.credits.keyring import Keyring
from jobs.models import OWN_ACCOUNT
from jobs.models.states import S
from jobs.rules.api_errors import KeyGone, NoKey
from jobs.secret import Secret
from jobs.store import Store
from jobs.store.queries import jobs, keys
from startup.encryption import FernetVault, check
from tests.jobs.shelf import NOW, brought_to, move, touch

OWN, ONE, TWO = (Secret(f"sk_{name}_canary") for name in ("own", "one", "two"))
VAULT = FernetVault(Secret(Fernet.generate_key().decode()))


async def ring_of(store: Store, vault: FernetVault = VAULT) -> Keyring:
    ring = Keyring(OWN, vault)
    ring.fill(*await store.read(keys.all_keys))
    return ring


async def give(store: Store, guild_id: int, key: Secret, by: int = 5) -> int:
    which = partial((await ring_of(store)).account_with, key)
    return await store.write(keys.give, guild_id, which, sealed=VAULT.seal(key), by=by, now=NOW)


async def test_servers_with_the_same_key_are_one_account_until_the_last_gives_it_up(store: Store) -> None:
    account = await give(store, 1, ONE)
    assert await give(store, 2, ONE) == account
    assert await store.write(keys.remove, 1, by=5, now=NOW)
    ring = await ring_of(store)
    assert (ring.account_of(1), ring.account_of(2)) == (None, account)
    assert ring.key_of(account) == ONE
    await store.write(keys.remove, 2, by=5, now=NOW)
    with pytest.raises(KeyGone):
        (await ring_of(store)).key_of(account)
    assert await give(store, 1, ONE) != account, "what belonged to a removed key stays with its number"


async def test_a_key_that_another_process_has_removed_or_given_is_asked_for(store: Store) -> None:
    removed = await give(store, 1, ONE)
    ring = await ring_of(store)
    await store.write(keys.remove, 1, by=5, now=NOW)
    given = await give(store, 2, TWO)
    assert (ring.knows(removed), ring.knows(given), ring.knows(OWN_ACCOUNT)) == (True, False, True)
    await ring.refresh(store, removed)
    with pytest.raises(KeyGone):
        ring.key_of(removed)
    ring.fill({}, [])
    await ring.refresh(store, given)
    assert ring.key_of(given) == TWO


async def test_a_server_that_gives_the_key_of_the_bot_has_its_account(store: Store) -> None:
    await give(store, 1, OWN)
    assert (await ring_of(store)).account_of(1) == OWN_ACCOUNT


async def test_a_replaced_key_stays_until_what_began_with_it_has_ended(store: Store) -> None:
    old = await give(store, 1, ONE)
    job = await brought_to(store, S.WAITING)
    await touch(store, job, account=old)
    new = await give(store, 1, TWO)
    ring = await ring_of(store)
    assert ring.account_of(1) == new
    assert ring.key_of(old) == ONE
    await move(store, replace(job, account=old), S.FAILED, now=NOW)
    await store.write(keys.sweep)
    with pytest.raises(KeyGone):
        (await ring_of(store)).key_of(old)


async def test_what_another_secret_sealed_cannot_be_read_and_is_not_lost(store: Store) -> None:
    account = await give(store, 1, ONE)
    other = await ring_of(store, FernetVault(Secret(Fernet.generate_key().decode())))
    assert other.account_of(1) == account, "the key of the bot does not step in"
    assert (other.readable(account), other.unreadable) == (False, 1)
    with pytest.raises(NoKey):
        other.key_of(account)
    assert (await ring_of(store)).key_of(account) == ONE


@pytest.mark.parametrize("secret", ["short", "x" * 44, "ü" * 44])
def test_a_secret_that_is_none_says_how_to_make_one_and_does_not_show_it(secret: str) -> None:
    with pytest.raises(ValueError, match="make it with") as wrong:
        check(secret)
    assert secret not in str(wrong.value)


async def test_a_provider_that_struggles_for_one_key_holds_no_other(store: Store) -> None:
    mine = await brought_to(store, S.ACCEPTED)
    theirs = await brought_to(store, S.ACCEPTED)
    await touch(store, theirs, account=7)
    found = await store.read(
        jobs.upcoming, [S.ACCEPTED], limit=9, busy=(), held=[(mine.provider, OWN_ACCOUNT)], now=0.0
    )
    assert [job.id for job in found] == [theirs.id]
