"""See how everything is doing, for `/status` and the metrics."""

from collections.abc import Mapping
from dataclasses import dataclass

from jobs.context import JobContext
from jobs.models import OWN_ACCOUNT, Balance, Job
from jobs.models.states import OPEN, JobState
from jobs.store.queries import jobs


@dataclass(frozen=True, slots=True)
class ProviderHealth:
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
    breakers: tuple[ProviderHealth, ...]
    jobs: Mapping[JobState, int]
    oldest: Job | None
    open_everywhere: int
    balance: Balance | None


def provider_health(context: JobContext, account: int | None = OWN_ACCOUNT) -> tuple[ProviderHealth, ...]:
    """List the providers that were called since the start, as they are for an account."""
    return tuple(
        ProviderHealth(provider, breaker.opened_at, breaker.probe_at)
        for (provider, whose), breaker in sorted(context.breakers.all().items())
        if whose == account
    )


async def overview(context: JobContext, guild_id: int) -> Overview:
    """Look at everything now: read the store, wait for nothing outside."""
    account = context.accounts.paying_for(guild_id)
    everywhere = await context.store.read(jobs.counts)
    here = await context.store.read(jobs.counts, guild_id)
    return Overview(
        last_pass_at=context.last_pass_at,
        started_at=context.started_at,
        breakers=provider_health(context, account),
        jobs={JobState(state): count for state, count in here.items()},
        oldest=await context.store.read(jobs.oldest_open, guild_id),
        open_everywhere=sum(count for state, count in everywhere.items() if state in OPEN),
        balance=context.accounts.last_balance(account),
    )
