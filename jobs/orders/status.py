"""How everything is doing, for `/status` and the metrics."""

from collections.abc import Mapping
from dataclasses import dataclass

from jobs.context import Workshop
from jobs.models import OWN_ACCOUNT, Balance, Job
from jobs.models.states import OPEN, JobState


@dataclass(frozen=True, slots=True)
class ProviderWeather:
    """One provider: since when it is struggling (None: it is not), and when one submit is tried again."""

    provider: str
    struggling_since: float | None
    next_try_at: float


@dataclass(frozen=True, slots=True)
class Overview:
    """How the bot is doing, and the jobs of one server.

    Attributes:
        last_pass_at: When the engine last passed over the store; None before the first time.
        jobs: How many jobs of the server are in each state.
        oldest: The open job of the server that was asked for first.
        open_everywhere: Open jobs of all servers.
        balance: The credits of the account that pays for the server, as they were last known.
    """

    last_pass_at: float | None
    started_at: float
    weather: tuple[ProviderWeather, ...]
    jobs: Mapping[JobState, int]
    oldest: Job | None
    open_everywhere: int
    balance: Balance | None


def weather_of(shop: Workshop, account: int | None = OWN_ACCOUNT) -> tuple[ProviderWeather, ...]:
    """Every provider that was called since the start, as it is for an account."""
    return tuple(
        ProviderWeather(provider, breaker.opened_at, breaker.probe_at)
        for (provider, whose), breaker in sorted(shop.weather.all().items())
        if whose == account
    )


async def look_over(shop: Workshop, guild_id: int) -> Overview:
    """Now. Reads the store; waits for nothing outside."""
    account = shop.account_of(guild_id)
    everywhere = await shop.store.counts()
    here = await shop.store.counts(guild_id)
    return Overview(
        last_pass_at=shop.last_pass_at,
        started_at=shop.started_at,
        weather=weather_of(shop, account),
        jobs={JobState(state): count for state, count in here.items()},
        oldest=await shop.store.oldest_open(guild_id),
        open_everywhere=sum(count for state, count in everywhere.items() if state in OPEN),
        balance=shop.last_balance(account),
    )
