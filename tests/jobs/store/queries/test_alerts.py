"""A low balance is told once per crossing, in every server that asked for it."""

from jobs.models import OWN_ACCOUNT, Balance
from jobs.models.states import S
from jobs.rules.schedule import Schedule
from jobs.store import Store
from jobs.store.queries import accounts, alerts, guilds
from tests.jobs.shelf import NOW, accepted, moved


async def told(
    store: Store, total: int, servers: frozenset[int] | None = None, at: float = NOW
) -> list[tuple[int, int]]:
    called_for = await store.write(
        alerts.crossed,
        OWN_ACCOUNT,
        Balance(total, 0, at),
        lambda guild_id: servers is None or guild_id in servers,
    )
    return [(alert.guild_id, alert.threshold) for alert in called_for]


async def watch(store: Store, guild_id: int, *thresholds: int, channel: int | None = 5) -> None:
    changes = {"alert_channel": channel, "alert_at": thresholds}
    await store.write(guilds.change, guild_id, lambda _: changes, by=1, now=NOW)


async def test_each_threshold_once_and_anew_after_it_has_risen(store: Store) -> None:
    await watch(store, 11, 100, 20)
    assert [await told(store, total) for total in (100, 99, 50, 19, 5, 19)] == [
        [], [(11, 100)], [], [(11, 20)], [], [],
    ]  # fmt: skip
    assert [await told(store, total) for total in (60, 19, 500, 10)] == [[], [(11, 20)], [], [(11, 20)]]


async def test_a_reading_that_comes_late_calls_for_nothing(store: Store) -> None:
    await watch(store, 11, 100)
    now = Balance(50, 0, NOW)
    await store.write(accounts.reconcile, OWN_ACCOUNT, now, now=NOW, schedule=Schedule())
    assert await told(store, 50) == [(11, 100)]
    assert [await told(store, 150, at=NOW - 1), await told(store, 50)] == [[], []]


async def test_only_servers_that_asked_and_that_the_account_pays_for(store: Store) -> None:
    await watch(store, 11, 100)
    await watch(store, 12, 100, channel=None)
    await watch(store, 13, 100)
    assert await told(store, 5, frozenset({12, 13})) == [(13, 100)]
    assert await told(store, 5) == [(11, 100)]


async def test_what_was_charged_since_the_balance_was_read_may_call_for_an_alert(store: Store) -> None:
    await watch(store, 11, 100)
    job = await moved(store, await accepted(store), S.SUBMITTING, now=NOW + 5)
    await moved(store, job, S.WAITING, now=NOW + 5)

    async def would(total: int, at: float = NOW, account: int = 0) -> bool:
        return await store.read(alerts.would_cross, account, Balance(total, 0, at), lambda _: True)

    assert [await would(110), await would(109)] == [False, True]
    assert not await would(109, at=NOW + 6), "the balance shows the charge already"
    assert not await would(109, account=7)
    assert await told(store, 99) == [(11, 100)]
    assert not await would(99), "that was told"
