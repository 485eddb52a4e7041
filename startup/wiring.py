"""Join store, API client, engine, service and bot. The only module that knows them all."""

import logging
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import musicapi
from cogs.client import Encore
from cogs.delivery import speakers
from cogs.delivery.alerts import AlertSender
from cogs.delivery.jam_events import JamEvents
from cogs.delivery.jam_outbox import JamChannelOutbox
from cogs.delivery.order_log import OrderLog
from cogs.delivery.outbox import ChannelOutbox
from jobs.context import JobContext
from jobs.credits.instrumented import Metrics
from jobs.credits.keyring import Keyring
from jobs.engine.loop import Engine
from jobs.jams.calls import CallKeeper
from jobs.jams.events import EventKeeper
from jobs.jams.keeper import JamKeeper
from jobs.jams.service import JamService
from jobs.models import OwnerPolicy
from jobs.orders.service import JobService
from jobs.ports import Clock, JamCalendar, JamOutbox, Speakers, Vault
from jobs.rules.schedule import Schedule
from jobs.secret import Secret
from jobs.store import Store, open_store
from jobs.store.queries import keys, notes
from jobs.webhooks import Webhooks
from musicapi.client import MusicApiClient
from musicapi.download import Downloader
from startup.fleet import Part, joined, poker, signals_by, waker
from startup.log import hide, set_up
from startup.settings import Settings, load

if TYPE_CHECKING:
    from startup.webhooks import Door

log = logging.getLogger(__name__)

# A song in seconds instead of minutes.
_SANDBOX_TIME_SCALE = "0.05"
_WEBHOOK_ROOT = "webhooks"


@dataclass(frozen=True, slots=True)
class Assembly:
    """Everything, joined and ready to run: `engine.run()` beside `bot.start()`."""

    bot: Encore
    engine: Engine
    service: JobService
    store: Store
    context: JobContext
    part: Part


Build = Callable[[str, str, Path], AbstractAsyncContextManager[Assembly]]


@asynccontextmanager
async def assemble(
    settings: Settings,
    **bot_options: Any,  # noqa: ANN401 - discord.py's own
) -> AsyncIterator[Assembly]:
    """Open everything; close it in the reverse order.

    Raises:
        StoreError: The database cannot be used.
    """
    profile = musicapi.load_profile(settings.music_api_profile)
    base_url = settings.music_api_url or profile.base_url
    part = Part.of(settings)
    async with (
        open_store(settings.database_url, alone=part.slots.alone, fence=part.fence) as store,
        MusicApiClient(settings.music_api_key.reveal(), profile, base_url=base_url) as client,
        Downloader(urlsplit(base_url).hostname or "") as downloader,
    ):
        outbox = ChannelOutbox(profile, settings.discord_share)
        order_log = OrderLog(outbox.turn)
        context = await _context(settings, part, store, client, downloader, outbox)
        # The sound lies where the songs are made, and a call is where the gateway is.
        may_speak = context.slots.alone and not settings.public_key
        voice = _voice(outbox, settings) if may_speak else None
        jam_outbox = JamChannelOutbox(outbox, profile)
        keeper = _keeper_of_jams(context, jam_outbox, JamEvents(outbox), voice)
        engine = Engine(context, part.beat, [keeper, *keeper.followed_by])
        wake = waker(engine, context)
        jams = JamService(context, keeper, jam_outbox, wake)
        service = order_log.service = JobService(context, wake, poker(context, order_log.poke))
        jams.hearing.has_voice = voice is not None
        by_http = bool(settings.public_key) or settings.role == "worker"
        bot = Encore(service, jams, by_http=by_http, voice=voice is not None, **bot_options)
        outbox.bot = bot
        async with order_log.running(), joined(settings, engine, context, order_log.poke):
            yield Assembly(bot, engine, service, store, context, part)


async def _context(
    settings: Settings,
    part: Part,
    store: Store,
    client: MusicApiClient,
    downloader: Downloader,
    outbox: ChannelOutbox,
) -> JobContext:
    return JobContext(
        store,
        client,
        downloader,
        outbox,
        client.profile,
        Schedule(settings.time_scale),
        Clock(),
        part.spool,
        await _keyring(settings, store),
        OwnerPolicy(settings.daily_cap, settings.require_balance, settings.key_servers, settings.keep_days),
        AlertSender(outbox.turn).send,
        _metrics(settings),
        webhooks=await _webhooks(settings, store),
        slots=part.slots,
        signals=signals_by(store, part.slots),
    )


def _keeper_of_jams(
    context: JobContext, outbox: JamOutbox, calendar: JamCalendar, voice: Speakers | None
) -> JamKeeper:
    """The keeper of jams, with what works after each of its steps."""
    keeper = JamKeeper(context, outbox)
    calls = (CallKeeper(context, voice),) if voice else ()
    for one in calls:
        one.moved = keeper.begin
    keeper.followed_by = (EventKeeper(context, calendar), *calls)
    return keeper


def _voice(outbox: ChannelOutbox, settings: Settings) -> Speakers | None:
    """The bot's voice, where what it needs is installed."""
    return None if speakers.missing() else speakers.VoiceSpeakers(outbox, settings.folder / "voice")


@asynccontextmanager
async def public_door(parts: Assembly, settings: Settings) -> AsyncIterator["Door | None"]:
    """Take webhooks while the context is open, if PUBLIC_URL says where. Raises OSError."""
    if not settings.public_url or settings.role == "worker":  # calls come to the fronts
        yield None
        return
    from startup import webhooks  # noqa: PLC0415 - only who asks for it pays for it

    host, port = settings.public_host, settings.public_port
    # Of several fronts one that takes nothing yet lets nobody in, so that the balancer tries another.
    at_once = settings.role != "front"
    async with webhooks.serve(parts.service, parts.context, host=host, port=port, at_once=at_once) as door:
        yield door


def take_interactions(parts: Assembly, settings: Settings, door: "Door") -> None:
    """Take Discord's interactions at the public door from now on."""
    from startup.interactions import Interactions  # noqa: PLC0415 - as above

    if parts.bot.front is not None:
        door.interactions = Interactions(settings.public_key, parts.bot.front.take)


async def _keyring(settings: Settings, store: Store) -> Keyring:
    keyring = Keyring(settings.music_api_key, _vault(settings))
    await store.write(keys.sweep)
    await keyring.load(store)
    if keyring.unreadable:
        log.warning("%s keys of servers cannot be read with this SECRET_KEY", keyring.unreadable)
    return keyring


def _vault(settings: Settings) -> Vault | None:
    if not settings.secret_key:
        return None
    from startup.encryption import FernetVault  # noqa: PLC0415 - only who lets servers give keys pays for it

    return FernetVault(settings.secret_key)


async def _webhooks(settings: Settings, store: Store) -> Webhooks:
    """Derive secrets from a root that is made once and kept, as tasks outlive a process."""
    if not settings.public_url:
        return Webhooks()
    await store.write(notes.write_once, _WEBHOOK_ROOT, secrets.token_hex(32))
    kept = await store.read(notes.read, _WEBHOOK_ROOT)
    root = Secret(kept or "")
    hide(root)
    return Webhooks(settings.public_url, root)


def _metrics(settings: Settings) -> Metrics:
    if not settings.metrics_port:
        return Metrics()
    from startup.metrics import PrometheusMetrics  # noqa: PLC0415 - only who asks for metrics pays for them

    return PrometheusMetrics()


def sandbox_builder(
    environment: Mapping[str, str],
) -> Build:
    """Build the bot for a sandbox from (API URL, API key, folder), with what fits one of the environment."""

    def build(api_url: str, api_key: str, folder: Path) -> AbstractAsyncContextManager[Assembly]:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        chosen = load(
            {
                "DISCORD_TOKEN": "sandbox",
                "MUSIC_API_KEY": api_key,
                "MUSIC_API_URL": api_url,
                "DATABASE_URL": f"sqlite:///{folder / 'encore.db'}",
                "PUBLIC_URL": f"http://127.0.0.1:{port}",
                "PUBLIC_PORT": str(port),
                "TIME_SCALE": environment.get("TIME_SCALE", _SANDBOX_TIME_SCALE),
                "LOG_LEVEL": environment.get("LOG_LEVEL", "WARNING"),
            },
            profiles=musicapi.profile_names(),
        )
        set_up(chosen.log_level, (chosen.music_api_key,))
        return _with_door(chosen)

    return build


@asynccontextmanager
async def _with_door(settings: Settings) -> AsyncIterator[Assembly]:
    async with assemble(settings) as parts, public_door(parts, settings):
        yield parts
