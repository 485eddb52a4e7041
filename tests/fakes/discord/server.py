"""A small Discord of our own on loopback, over real HTTP and WebSocket."""

from types import TracebackType
from typing import Self

from aiohttp import web

from tests.fakes.discord.clock import Clock, RealClock
from tests.fakes.discord.edge import Edge, OnAnswer, OnRequest
from tests.fakes.discord.faults import Faults
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.keys import WORLD
from tests.fakes.discord.limits import RateLimits
from tests.fakes.discord.member import Member
from tests.fakes.discord.model import MIB, Channel, Overwrite, User
from tests.fakes.discord.permissions import NOTHING, Permission
from tests.fakes.discord.rest import API, attachments, routes
from tests.fakes.discord.rest.identity import SOCKET_PATH
from tests.fakes.discord.settings import FakeDiscordSettings
from tests.fakes.discord.traffic import Traffic
from tests.fakes.discord.waiting import DEADLINE, Changes
from tests.fakes.discord.world import World

_HOST = "127.0.0.1"
# Above Discord's own 25 MiB, so that the refusal is ours to word.
_MOST_READ = 64 * MIB
_GOING_AWAY = 1001


class FakeDiscord:
    """The world that a bot in another process talks to: `async with FakeDiscord() as discord_: ...`.

    It begins with one `guild`, its text `channel` and one `member`. Leaving raises, as an ExceptionGroup, all
    that went wrong in the fake itself or was raised by a judge (`on_request`, `on_answer`).
    """

    def __init__(
        self,
        settings: FakeDiscordSettings | None = None,
        *,
        clock: Clock | None = None,
        on_request: OnRequest | None = None,
        on_answer: OnAnswer | None = None,
    ) -> None:
        self.settings = settings or FakeDiscordSettings()
        self.own_clock = RealClock()
        self.clock = clock or self.own_clock
        self.traffic = Traffic()
        changes = Changes(self.traffic.tail)
        self.faults = Faults(self.settings.seed, changes)
        self.world = World(self.settings, self.clock, changes=changes)
        self.gateway = Gateway(self.world)
        self._edge = Edge(
            token=self.settings.token,
            changes=changes,
            traffic=self.traffic,
            faults=self.faults,
            limits=RateLimits(self.clock) if self.settings.rate_limits else None,
            on_request=on_request,
            on_answer=on_answer,
        )
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self.guild = self.world.add_guild("guild")
        self.channel = self.add_channel("music")
        self.member = self.add_member("member")

    @property
    def base_url(self) -> str:
        """Where the fake listens, such as http://127.0.0.1:41234."""
        return self.world.links.base_url

    @property
    def api_url(self) -> str:
        """The REST API's address."""
        return self.base_url + API

    @property
    def bot(self) -> User:
        """The bot's account."""
        return self.world.bot

    async def __aenter__(self) -> Self:
        application = web.Application(middlewares=[self._edge.middleware()], client_max_size=_MOST_READ)
        application[WORLD] = self.world
        application.add_routes([*routes(), web.get(SOCKET_PATH, self.gateway.handle)])
        application.add_routes([web.get("/attachments/{channel}/{file}/{name}", attachments.serve)])
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await self.plug()
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._edge.closing.set()
        self.faults.clear()
        self.gateway.drop(_GOING_AWAY)
        if self._runner is not None:
            await self._runner.cleanup()
        if exception is None and self._edge.failures:
            raise ExceptionGroup("the fake Discord", self._edge.failures)

    async def plug(self) -> None:
        """Listen, on the same port as before an `unplug`."""
        if self._runner is None or self._site is not None:
            raise RuntimeError("plug() belongs after unplug()")
        self._site = web.TCPSite(self._runner, _HOST, self._port, reuse_address=True)
        await self._site.start()
        self._port = self._site.port
        self.world.links.base_url = f"http://{_HOST}:{self._port}"

    async def unplug(self) -> None:
        """Refuse new connections and cut those that are open: Discord is out of reach."""
        if self._runner is None or self._runner.server is None or self._site is None:
            raise RuntimeError("unplug() belongs after plug()")
        await self._site.stop()
        self._site = None
        for protocol in self._runner.server.connections:
            if protocol.transport is not None:
                protocol.transport.abort()

    def add_channel(self, name: str) -> Channel:
        """Return another text channel."""
        return self.world.add_channel(self.guild, name)

    def add_member(self, name: str, *, permissions: Permission = NOTHING) -> Member:
        """Return another member, with rights beyond everyone's through a role of their own."""
        user = self.world.add_user(name)
        role = self.world.add_role(self.guild, f"{name}'s", permissions=permissions)
        self.world.join(self.guild, user, roles=[role])
        return Member(self.world, user)

    def deny(self, channel: Channel, rights: Permission, *, user: User | None = None) -> None:
        """Take just these rights in one channel from a user, the bot unless said otherwise."""
        self._overwrite(channel, user, deny=rights)

    def allow(self, channel: Channel, rights: Permission, *, user: User | None = None) -> None:
        """Give just these rights in one channel to a user, the bot unless said otherwise."""
        self._overwrite(channel, user, allow=rights)

    def _overwrite(
        self,
        channel: Channel,
        user: User | None,
        *,
        allow: Permission = NOTHING,
        deny: Permission = NOTHING,
    ) -> None:
        target = user or self.bot
        overwrite = Overwrite(target.id, is_role=False, allow=int(allow), deny=int(deny))
        self.world.set_overwrite(channel, overwrite)

    async def synced(self, *names: str, syncs: int = 1, deadline: float = DEADLINE) -> None:
        """Wait until the bot has registered its commands so many times, and these names are among them."""
        commands = self.world.commands

        def look() -> bool:
            return commands.syncs >= syncs and {c["name"] for c in commands.listed} >= set(names)

        await self.world.changes.until(look, f"commands {names}, synced {syncs} times", deadline=deadline)
