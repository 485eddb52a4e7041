"""The gateway: a WebSocket that identifies, beats, dispatches and resumes (docs: events/gateway)."""

import asyncio
import contextlib
import json
import secrets
import zlib
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from tests.fakes.discord.events import GUILDS, PRIVILEGED, VOICE_STATES, Event
from tests.fakes.discord.model import Guild, JsonObject
from tests.fakes.discord.payloads import guild_create_payload, user_payload
from tests.fakes.discord.rest.identity import gateway_url
from tests.fakes.discord.sessions import Connection, Session
from tests.fakes.discord.waiting import DEADLINE
from tests.fakes.discord.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

HEARTBEAT, IDENTIFY, PRESENCE, VOICE_STATE, RESUME, MEMBERS = 1, 2, 3, 4, 6, 8
INVALID_SESSION, HELLO, HEARTBEAT_ACK = 9, 10, 11
UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED, WRONG_TOKEN = 4001, 4002, 4003, 4004
ALREADY_AUTHENTICATED, INVALID_SEQ, INVALID_INTENTS, DISALLOWED_INTENTS = 4005, 4007, 4013, 4014
UNKNOWN_ERROR, INVALID_SHARD, SHARDS_NEEDED = 4000, 4010, 4011
_ENDS_SESSION = (1000, 1001)
HEARTBEAT_MS = 41_250


class Gateway:
    """Serves any number of connections, and closes them on demand.

    `identifies` and `resumes` count the successful ones, `connections` all that were made. While
    `turns_away` is set, IDENTIFY is answered with INVALID_SESSION (op 9), or with the close code that it is.
    Shards in `away` can neither identify nor resume. `identified` is (when, shard) of each IDENTIFY.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        self._operations = {HEARTBEAT: self._beat, IDENTIFY: self._identify, RESUME: self._resume}
        self.away: set[int] = set()
        self.identified: list[tuple[float, int]] = []
        self.identifies = 0
        self.connections = 0
        self.turns_away: int | None = None
        self.resumes = 0
        self.voice: Callable[[Session, JsonObject], None] | None = None  # told where the bot wants to speak
        world.listeners.append(self._emit)

    @property
    def live(self) -> list[Session]:
        """The sessions that have a connection."""
        return [session for session in self._sessions.values() if session.connection is not None]

    async def connected(self, *, identifies: int = 1, resumes: int = 0, deadline: float = DEADLINE) -> None:
        """Wait until a bot is connected, after so many IDENTIFYs and RESUMEs in all."""
        await self._world.changes.until(
            lambda: bool(self.live) and self.identifies >= identifies and self.resumes >= resumes,
            f"connection to the gateway ({self.identifies} identifies, {self.resumes} resumes)",
            deadline=deadline,
        )

    async def disconnected(self, *, deadline: float = DEADLINE) -> None:
        """Wait until no bot is connected."""
        await self._world.changes.until(
            lambda: not self._connections, "end of all connections", deadline=deadline
        )

    def drop(self, code: int = 4000, *, forget: bool = False, shard: int | None = None) -> None:
        """Close every connection, or that of a shard, with a code; with `forget` none can be resumed."""
        cut = self._connections.copy()
        if shard is not None:
            cut = {one.connection for one in self.live if one.connection and one.shard[0] == shard}
        for session in [one for one in self._sessions.values() if forget and one.connection in cut]:
            del self._sessions[session.id]
        for connection in cut:
            connection.close(code)

    def invalidate(self) -> None:
        """End every session with INVALID_SESSION (op 9); bots have to identify again."""
        self._sessions.clear()
        for connection in self._connections:
            connection.send(INVALID_SESSION, data=False)

    def _emit(self, event: Event) -> None:
        for session in self._sessions.values():
            if session.hears(event.guild_id):
                session.dispatch(event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one WebSocket until either side closes it."""
        compress = request.query.get("compress")
        if compress not in (None, "zlib-stream"):
            raise web.HTTPBadRequest(text=f"the fake does not compress with {compress}")
        socket = web.WebSocketResponse(compress=False, max_msg_size=4096 * 4)
        await socket.prepare(request)
        connection = Connection()
        self._connections.add(connection)
        self.connections += 1
        writer = asyncio.create_task(_write(socket, connection, zlib_stream=compress is not None))
        connection.send(HELLO, {"heartbeat_interval": HEARTBEAT_MS})
        try:
            async for message in socket:
                self._receive(connection, message)
        finally:
            self._connections.discard(connection)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
            # Where we closed, aiohttp reports 1000 whatever our code was; only the client's own code counts.
            self._leave(connection, None if connection.closed_with else socket.close_code)
        return socket

    def _leave(self, connection: Connection, close_code: int | None) -> None:
        for session in list(self._sessions.values()):
            if session.connection is connection:
                session.connection = None
                if close_code in _ENDS_SESSION:
                    del self._sessions[session.id]
        self._world.changes.announce()

    def _receive(self, connection: Connection, message: aiohttp.WSMessage) -> None:
        try:
            frame = json.loads(message.data)
            op, data = frame["op"], frame.get("d")
        except (ValueError, KeyError, TypeError):
            connection.close(DECODE_ERROR)
            return
        if op in self._operations:
            self._operations[op](connection, data)
        elif op not in (PRESENCE, VOICE_STATE, MEMBERS):
            connection.close(UNKNOWN_OPCODE)
        elif (session := self._session_of(connection)) is None:
            connection.close(NOT_AUTHENTICATED)
        elif op == VOICE_STATE and self.voice is not None:
            self.voice(session, data)

    def _session_of(self, connection: Connection | None) -> Session | None:
        return next((s for s in self._sessions.values() if s.connection is connection), None)

    def _beat(self, connection: Connection, _sequence: Any) -> None:  # noqa: ANN401 - whatever JSON the client sent
        connection.send(HEARTBEAT_ACK)

    def _refuse(self, connection: Connection, code: int) -> None:
        connection.close(code)
        self._world.changes.announce()

    def _turn_away(self, connection: Connection, how: int) -> None:
        if how == INVALID_SESSION:
            connection.send(INVALID_SESSION, data=False)
        else:
            self._refuse(connection, how)

    def _identify(self, connection: Connection, data: JsonObject) -> None:
        if self.turns_away is not None:
            self._turn_away(connection, self.turns_away)
            return
        number, count = data.get("shard") or (0, 1)
        session = Session(secrets.token_hex(16), connection, (number, count))
        if refused := self._refusal(session, data):
            self._refuse(connection, refused)
            return
        self.identified.append((self._world.clock(), number))
        # A bot that identifies anew will not come back for what an earlier process of it missed.
        gone = [s for s in self._sessions.values() if s.connection is None]
        for old in [s for s in gone if s.shard == session.shard or s.shard[1] != count]:
            del self._sessions[old.id]
        self._sessions[session.id] = session
        self.identifies += 1
        self._welcome(session)
        self._world.changes.announce()

    def _refusal(self, session: Session, data: JsonObject) -> int | None:
        """The close code with which Discord refuses an IDENTIFY, if it does."""
        intents: Any = data.get("intents")
        number, count = session.shard
        settings, is_number = self._world.settings, isinstance(intents, int)
        reasons = {
            ALREADY_AUTHENTICATED: self._session_of(session.connection) is not None,
            WRONG_TOKEN: data.get("token") != settings.token,
            DISALLOWED_INTENTS: is_number and bool(intents & PRIVILEGED),
            INVALID_INTENTS: intents not in (GUILDS, GUILDS | VOICE_STATES),
            INVALID_SHARD: not 0 <= number < count,
            UNKNOWN_ERROR: number in self.away,
            SHARDS_NEEDED: len(self._guilds_of(session)) > settings.servers_a_shard,
        }
        return next((code for code, is_so in reasons.items() if is_so), None)

    def _guilds_of(self, session: Session) -> list[Guild]:
        mine = [guild for guild in self._world.guilds.values() if self._world.bot.id in guild.members]
        return [guild for guild in mine if session.hears(guild.id)]

    def _welcome(self, session: Session) -> None:
        world = self._world
        guilds = self._guilds_of(session)
        ready = {
            "v": 10,
            "user": user_payload(world.bot) | {"verified": True, "mfa_enabled": False},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "shard": list(session.shard),
            "resume_gateway_url": gateway_url(world),
            "application": {"id": str(world.bot.id), "flags": 0},
            "private_channels": [],
        }
        session.dispatch(Event("READY", ready))
        for guild in guilds:
            session.dispatch(Event("GUILD_CREATE", guild_create_payload(guild, world.bot.id)))

    def _resume(self, connection: Connection, data: JsonObject) -> None:
        session = self._sessions.get(str(data.get("session_id")))
        if data.get("token") != self._world.settings.token:
            return self._refuse(connection, WRONG_TOKEN)
        if session is None:
            return connection.send(INVALID_SESSION, data=False)
        if session.shard[0] in self.away:
            return self._refuse(connection, UNKNOWN_ERROR)
        if not isinstance(data.get("seq"), int) or not session.can_replay(data["seq"]):
            del self._sessions[session.id]
            return self._refuse(connection, INVALID_SEQ)
        session.connection = connection
        session.replay(data["seq"])
        session.dispatch(Event("RESUMED", {}))
        self.resumes += 1
        self._world.changes.announce()
        return None


async def _write(socket: web.WebSocketResponse, connection: Connection, *, zlib_stream: bool) -> None:
    compressor = zlib.compressobj() if zlib_stream else None
    while True:
        frame = await connection.outbox.get()
        try:
            if isinstance(frame, int):
                await socket.close(code=frame)
                return
            if compressor is None:
                await socket.send_str(frame)
                continue
            # Each message ends in 00 00 ff ff, by which the client knows that it is whole.
            packed = compressor.compress(frame.encode())
            await socket.send_bytes(packed + compressor.flush(zlib.Z_SYNC_FLUSH))
        except (ConnectionError, aiohttp.ClientConnectionResetError):
            return
