"""`GET /metrics` and `GET /healthz` for operators. Imported only where METRICS_PORT is set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    generate_latest,
)

from cogs import __version__
from cogs.client import Encore
from jobs.context import JobContext
from jobs.credits.instrumented import Metrics
from jobs.models.states import JobState
from jobs.orders.status import provider_health
from jobs.store.queries import jobs
from startup.health import STALE_SECONDS

# A poll is due to the fraction of a second; what is worth an alarm is seconds.
_LATENESS_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class PrometheusMetrics(Metrics):
    """Count as the engine works; read the rest when Prometheus asks."""

    def __init__(self) -> None:
        # Not the global registry: nothing that a library registers by itself is served.
        self.registry = CollectorRegistry()
        self._submits = self._counter("encore_submits", "Paid and free submits", "provider", "outcome")
        self._polls = self._counter("encore_looks", "Looks at tasks", "provider", "outcome")
        self._deliveries = self._counter("encore_deliveries", "Deliveries that ended", "outcome")
        self._webhooks = self._counter("encore_webhooks", "Requests to PUBLIC_URL", "outcome")
        self._interactions = self._counter(
            "encore_interactions",
            "Commands, buttons and forms, or what pretends to be",
            "transport",
            "outcome",
        )
        self._pruned = self._counter("encore_pruned_rows", "Old rows that were removed (KEEP_DAYS)")
        self._lateness = Histogram(
            "encore_look_lateness_seconds",
            "How long after it was due a look began",
            buckets=_LATENESS_BUCKETS,
            registry=self.registry,
        )
        self._jobs = self._gauge("encore_jobs", "Jobs in each state", "state")
        self._breaker = self._gauge(
            "encore_breaker_open", "1 while a provider struggles and submits wait", "provider"
        )
        self._pass_age = self._gauge("encore_last_pass_age_seconds", "Since the engine passed over the jobs")
        self._discord = self._gauge("encore_discord_connected", "1 while the whole gateway is connected")
        self._shards = self._gauge(
            "encore_discord_shard_connected", "1 while a shard of the gateway is connected", "shard"
        )
        self._still = self._gauge(
            "encore_discord_still_seconds", "For how long Discord has answered no request; 0 if it does"
        )
        self._limited = self._gauge(
            "encore_discord_limited_seconds", "For how long Discord wants no requests; 0 if it takes them"
        )
        self._credits = self._gauge("encore_credits", "Credits of the account, as they were last known")
        Info("encore", "This bot", registry=self.registry).info({"version": __version__})

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, labels, registry=self.registry)

    def called(self, call: str, provider: str, outcome: str) -> None:
        (self._submits if call == "submit" else self._polls).labels(provider, outcome).inc()

    def pruned(self, rows: int) -> None:
        self._pruned.inc(rows)

    def took(self, step: str, late: float) -> None:
        if step == "poll":
            self._lateness.observe(max(late, 0.0))

    def called_back(self, verdict: str) -> None:
        self._webhooks.labels(verdict).inc()

    def interacted(self, transport: str, outcome: str) -> None:
        self._interactions.labels(transport, outcome).inc()

    def delivered(self, outcome: str) -> None:
        self._deliveries.labels(outcome).inc()

    async def text(self, context: JobContext, bot: Encore) -> bytes:
        counts = await context.store.read(jobs.counts)
        for state in JobState:
            self._jobs.labels(state.value).set(counts.get(state, 0))
        for seen in provider_health(context):
            self._breaker.labels(seen.provider).set(seen.struggling_since is not None)
        age = float("nan") if context.last_pass_at is None else context.clock.now() - context.last_pass_at
        self._pass_age.set(age)
        self._discord.set(bot.connected)
        self._shards.clear()
        for shard, connected in bot.shards.connected.items():
            self._shards.labels(str(shard)).set(connected)
        self._still.set(bot.rest.still_for)
        self._limited.set(bot.rest.limited_for)
        balance = context.accounts.last_balance()
        self._credits.set(float("nan") if balance is None else balance.total)
        return generate_latest(self.registry)


@asynccontextmanager
async def serve(bot: Encore, context: JobContext, *, host: str, port: int) -> AsyncIterator[int]:
    """Serve while the context is open; gives the port, which is a free one for 0.

    Raises:
        OSError: The port cannot be opened.
    """
    site = _Site(bot, context)
    app = web.Application()
    app.add_routes([web.get("/healthz", site.healthz), web.get("/metrics", site.metrics)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


class _Site:
    def __init__(self, bot: Encore, context: JobContext) -> None:
        self._bot = bot
        self._context = context

    async def healthz(self, _request: web.Request) -> web.Response:
        """200 while the engine passes over the jobs, whatever Discord and the music API do; else 503."""
        last = self._context.last_pass_at
        age = None if last is None else round(max(self._context.clock.now() - last, 0.0), 1)
        healthy = age is not None and age < STALE_SECONDS
        rest = self._bot.rest
        body = {
            "status": "ok" if healthy else "stale",
            "last_pass_age_seconds": age,
            "discord_connected": self._bot.connected,
            "discord_transport": "gateway" if self._bot.front is None else "http",
            "discord_shards": self._bot.shards.count,
            "discord_shards_away": self._bot.shards.away,
            "discord_requests": "limited" if rest.limited_for else "still" if rest.still_for else "ok",
            "discord_requests_wait_seconds": round(rest.limited_for or rest.still_for, 1),
        }
        return web.json_response(body, status=200 if healthy else 503)

    async def metrics(self, _request: web.Request) -> web.Response:
        metrics = self._context.metrics
        if not isinstance(metrics, PrometheusMetrics):
            raise web.HTTPNotFound
        text = await metrics.text(self._context, self._bot)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})
