"""The bot: intents, cogs, buttons, one error handler. Everything it needs is passed in."""

import asyncio
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, cast

import discord
from discord import app_commands
from discord.ext import commands

from cogs.clips import Clips
from cogs.connection import answers
from cogs.connection.events import complete
from cogs.connection.front import Front
from cogs.connection.reasons import reason
from cogs.connection.rest import RestClient
from cogs.connection.shards import Shards
from cogs.credits import Credits
from cogs.defaults import Defaults
from cogs.delivery.greeting import greet, greet_all
from cogs.jam import JamCommands
from cogs.jobs import Jobs
from cogs.lyrics import Lyrics
from cogs.nuro import Nuro
from cogs.ordering import forms, server_key
from cogs.ordering.button_actions import BUTTON_ACTIONS, start
from cogs.ordering.context_menus import context_menus
from cogs.ordering.jams import leading, turning
from cogs.persona import Personas
from cogs.quota import Quotas
from cogs.riffusion import Riffusion
from cogs.settings import Settings
from cogs.songs import Songs
from cogs.status import Status
from cogs.suno import Suno
from cogs.sync import keep_trying
from cogs.text import job_messages
from cogs.ui.base_bot import BaseBot
from cogs.ui.controls import ActionButton, ActionMenu
from cogs.ui.interactions import TRANSPORT_ERRORS, Interaction, reply, reply_with_error
from cogs.ui.jams.ballots import PickMenu
from cogs.ui.option_checks import check_options, describe_commands
from jobs.jams.service import JamService
from jobs.models.rejections import Rejected
from jobs.orders.service import JobService

log = logging.getLogger(__name__)

# Whoever wants no voice need not be warned by discord.py at every start that its libraries are missing.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False

answers.mend()

# When to ask whether a server that vanished removed the bot; the next session asks again.
_CONFIRM_AFTER = (2.0, 30.0, 300.0, 3600.0)
# How often a bot without a gateway asks that.
_SWEEP_EVERY = 24 * 3600.0
_HANG_UP_SECONDS = 2.0
# Unknown server, no access.
_REMOVED = frozenset({10004, 50001})

_COGS = (
    Suno, Clips, Personas, Lyrics, Riffusion, Nuro, Credits, Songs, Jobs, JamCommands, Defaults, Settings,
    Quotas, Status,
)  # fmt: skip
# Handlers of submitted forms, by the act in the form's id.
_FORM_ACTIONS = {
    "form": forms.submitted, "key": server_key.submitted, "line": turning.line_submitted,
    "host": leading.submitted,
}  # fmt: skip
_FORM_ID = re.compile(r"encore:(?P<act>form|key|line|host)(?::(?P<subject>.*))?")


class CogBroken(Exception):
    """A cog does not load; the text is its name."""


def _read_event(name: str, read: Callable[[Any], None], event: Any) -> None:  # noqa: ANN401 - discord.py's own
    try:
        if name == "INTERACTION_CREATE":
            complete(event)
        read(event)
    except Exception:
        log.exception("an event of Discord's could not be read: %s", name)


class _Tree(app_commands.CommandTree[BaseBot]):
    """Handle the errors of all commands, and only here: discord.py calls every handler it finds."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Reject options that Discord's client would not send, and installations for one user alone."""
        if interaction.type is discord.InteractionType.autocomplete:
            return True
        if interaction.is_user_integration() and not interaction.is_guild_integration():
            await reply(interaction, job_messages.NOT_A_MEMBER)
            return False
        try:
            check_options(interaction)
        except Rejected as rejected:
            await reply_with_error(interaction, rejected)
            return False
        return True

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        if interaction.type is discord.InteractionType.autocomplete:
            log.warning("autocomplete failed", exc_info=error)
            return
        await reply_with_error(interaction, error)


class Encore(BaseBot):
    """Encore on Discord. It caches servers only, no members or messages; the rest is in the store."""

    def __init__(
        self,
        service: JobService,
        jams: JamService,
        *,
        by_http: bool = False,
        voice: bool = False,
        **options: Any,  # noqa: ANN401 - discord.py's own
    ) -> None:
        super().__init__(
            service,
            jams,
            command_prefix=commands.when_mentioned,
            tree_cls=_Tree,
            help_command=None,
            intents=discord.Intents(guilds=True, voice_states=voice),
            # Otherwise the application's page decides, and by default users may install a new application
            # for themselves: that would spend credits in servers where nothing can be posted.
            allowed_installs=app_commands.AppInstallationType(guild=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            **options,
        )
        self._registering: asyncio.Task[None] | None = None
        self._greeting: asyncio.Task[None] | None = None
        self.shards = Shards(self, self.rest)
        self.front = Front(self) if by_http else None
        self._ended = asyncio.Event()
        self._guard_events()

    def _get_state(self, **options: Any) -> Any:  # noqa: ANN401 - discord.py's own
        """Put our REST client in the place of discord.py's, before anything refers to that.

        The state is the one that knows of shards, also where there is one.
        """
        self.http = self.rest = RestClient(options.get("connector"))
        return discord.AutoShardedClient._get_state(cast("discord.AutoShardedClient", self), **options)  # noqa: SLF001 - as above

    async def setup_hook(self) -> None:
        """Load everything before the first event arrives; a cog that fails to load stops the start."""
        self.add_dynamic_items(ActionButton, ActionMenu, PickMenu)
        for cog in _COGS:
            try:
                await self.add_cog(cog(self.service))
            except Exception as error:
                raise CogBroken(cog.__name__) from error
        for menu in context_menus(self.service.catalogue):
            self.tree.add_command(menu)
        describe_commands(self.tree, self.service.catalogue)
        self.logged_in.set()
        if self.front is None and self.application and self.application.interactions_endpoint_url:
            log.warning("Discord sends interactions elsewhere, and none by the gateway; see `--check`")
        # Beside the connection: until Discord takes the commands, those of the last start do.
        self._registering = asyncio.create_task(keep_trying(self.tree, self.service), name="commands")

    async def close(self) -> None:
        for task in (self._registering, self._greeting):
            if task is not None:
                task.cancel()
        await self._hang_up()
        self._ended.set()
        await self.shards.end()
        await super().close()

    async def _hang_up(self) -> None:
        """End all calls while the gateway can still say so; discord.py would wait for that afterwards."""
        for call in self.voice_clients:
            with suppress(Exception):
                async with asyncio.timeout(_HANG_UP_SECONDS):
                    await call.disconnect(force=True)
            call.cleanup()

    async def connect(self, *, reconnect: bool = True) -> None:  # noqa: ARG002 - discord.py's
        """Stay connected to the gateway, or do without it. Raises as `Shards.run` does."""
        if self.front is None:
            await self.shards.run()
            return
        log.info("logged in as %s; interactions come by HTTP", self.user)
        while not self._ended.is_set():
            # Discord tells nobody that a server removed the bot.
            for guild_id in await self.service.absent(()):
                await self._left(guild_id)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), _SWEEP_EVERY)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:  # noqa: ARG002 - discord.py's
        await self.rest.before_session(shard_id or 0)

    def _guard_events(self) -> None:
        """Skip an event that discord.py cannot read, except those without which there is no session."""
        parsers = self._connection.parsers
        for name in parsers.keys() - {"READY", "RESUMED"}:
            parsers[name] = partial(_read_event, name, parsers[name])
        parsers["READY"] = partial(self.shards.begin_session, parsers["READY"])

    @property
    def connected(self) -> bool:
        """Whether all of the gateway is connected now; `is_ready` stays true when a connection breaks.

        Without a gateway, whether Discord knows the bot.
        """
        if self.front is not None:
            return self.logged_in.is_set()
        return self.is_ready() and not self.shards.away

    async def on_ready(self) -> None:
        """Called when all shards are there for the first time."""
        log.info("connected as %s, in %s servers", self.user, len(self.guilds))
        if self._greeting is None:
            self._greeting = asyncio.create_task(greet_all(self, list(self.guilds)), name="greeting")

    async def on_shard_ready(self, shard_id: int) -> None:
        """Called on every new session of a shard, not only the first.

        Leave the servers that removed the bot while it was away; absence from the cache is no proof.
        """
        here = {guild.id for guild in self.guilds if self.shards.of(guild.id) == shard_id}
        self.service.joined(*here)
        for guild_id in await self.service.absent(here):
            if self.shards.of(guild_id) == shard_id:
                await self._left(guild_id)

    async def _left(self, guild_id: int) -> bool:
        """Forget a server if Discord says that it removed the bot; False where Discord says nothing."""
        try:
            await self.fetch_guild(guild_id, with_counts=False)
        except discord.HTTPException as error:
            if error.code in _REMOVED:
                await self.service.left(guild_id)
                return True
            log.info("whether server %s removed the bot is not known (HTTP %s)", guild_id, error.status)
            return False
        except TRANSPORT_ERRORS as error:
            log.info("whether server %s removed the bot is not known (%s)", guild_id, reason(error))
            return False
        return True

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.service.joined(guild.id)
        await greet(self, guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Ask Discord itself: a server can also vanish for a moment, and what it set would be lost."""
        for seconds in _CONFIRM_AFTER:
            await asyncio.sleep(seconds)
            if self.get_guild(guild.id) is not None or await self._left(guild.id):
                return

    async def button_pressed(self, action: str, subject: str, interaction: Interaction) -> None:
        """Run the action of a button."""
        try:
            if run := BUTTON_ACTIONS.get(action):
                await run(interaction, self.service, subject)
            else:
                await start(interaction, self.service, action, subject)
        except Exception as error:  # noqa: BLE001 - the edge: discord.py would only log it
            await reply_with_error(interaction, error)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Read a submitted form; discord.py knows only those that were opened since it started."""
        self.hear(interaction.guild_id, interaction.user)
        if self.front is None:
            self.service.metrics.interacted("gateway", "taken")
        else:
            self.front.began(interaction)
            self.service.joined(interaction.guild_id or 0)
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        data: Any = interaction.data or {}
        form = _FORM_ID.fullmatch(str(data.get("custom_id", "")))
        if form is None:
            return
        try:
            read = _FORM_ACTIONS[form["act"]]
            await read(interaction, self.service, form["subject"] or "", data.get("components", []))
        except Exception as error:  # noqa: BLE001 - the edge: everything becomes a sentence here
            await reply_with_error(interaction, error)
