"""Joins the parts: store, API client, engine, desk, bot. The only place that knows them all."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import musicapi
from cogs.bell import Bell
from cogs.client import Encore
from cogs.delivery import ChannelOutbox
from jobs.clock import SystemClock
from jobs.desk import Desk
from jobs.engine import Engine
from jobs.meter import Meter
from jobs.models import HouseRules
from jobs.schedule import Schedule
from jobs.store import Store, open_store
from jobs.workshop import Workshop
from musicapi.download import Downloader
from startup.health import beat
from startup.music_port import MusicPort, ProfileCatalogue
from startup.settings import Settings


@dataclass(frozen=True, slots=True)
class Assembly:
    """Everything, joined and ready to run: `engine.run()` beside `bot.start()`."""

    bot: Encore
    engine: Engine
    desk: Desk
    store: Store
    shop: Workshop


@asynccontextmanager
async def assemble(settings: Settings, **bot_options: Any) -> AsyncIterator[Assembly]:  # noqa: ANN401
    """Open everything; close it in the reverse order.

    Raises:
        StoreError: The database cannot be used.
    """
    profile = musicapi.load_profile(settings.music_api_profile)
    base_url = settings.music_api_url or profile.base_url
    catalogue = ProfileCatalogue(profile)
    async with (
        open_store(settings.database_url) as store,
        musicapi.MusicApiClient(settings.music_api_key.reveal(), profile, base_url=base_url) as client,
        Downloader(urlsplit(base_url).hostname or "") as downloader,
    ):
        outbox = ChannelOutbox(catalogue)
        shop = Workshop(
            store,
            MusicPort(client, downloader),
            outbox,
            catalogue,
            Schedule(settings.time_scale),
            SystemClock(),
            settings.data_folder / "spool",
            HouseRules(settings.daily_cap, settings.require_balance, settings.key_servers),
            meter=_meter(settings),
        )
        engine = Engine(shop, heartbeat=_heartbeat(settings))
        desk = Desk(shop, engine.wake)
        bot = Encore(desk, store, **bot_options)
        outbox.attach(bot)
        shop.ring = Bell(bot).ring
        yield Assembly(bot, engine, desk, store, shop)


def _meter(settings: Settings) -> Meter:
    if not settings.metrics_port:
        return Meter()
    from startup.metrics import Metrics  # noqa: PLC0415 - only who asks for metrics pays for them

    return Metrics()


def _heartbeat(settings: Settings) -> Callable[[], None]:
    def heartbeat() -> None:
        with suppress(OSError):  # a full disk is told by what needs the disk
            beat(settings.data_folder)

    return heartbeat
