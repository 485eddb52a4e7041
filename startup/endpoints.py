"""`GET /healthz` and `GET /metrics` for whoever runs the bot, on a local port; see METRICS_PORT."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from cogs.client import Encore
from jobs.context import JobContext
from startup.health import STALE_SECONDS
from startup.metrics import PrometheusMetrics


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
    """The two pages."""

    def __init__(self, bot: Encore, context: JobContext) -> None:
        self._bot = bot
        self._context = context

    async def healthz(self, _request: web.Request) -> web.Response:
        """200 while the engine passes over the jobs, whatever Discord and the music API do; else 503."""
        last = self._context.last_pass_at
        age = None if last is None else round(max(self._context.clock.now() - last, 0.0), 1)
        healthy = age is not None and age < STALE_SECONDS
        body = {
            "status": "ok" if healthy else "stale",
            "last_pass_age_seconds": age,
            "discord_connected": self._bot.connected,
        }
        return web.json_response(body, status=200 if healthy else 503)

    async def metrics(self, _request: web.Request) -> web.Response:
        """Everything that is counted."""
        metrics = self._context.metrics
        if not isinstance(metrics, PrometheusMetrics):
            raise web.HTTPNotFound
        text = await metrics.text(self._context, connected=self._bot.connected)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})
