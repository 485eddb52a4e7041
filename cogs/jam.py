"""`/jam`: what members make together, as contests in which nobody knows whose is whose, and in turns."""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, TypeVar

from discord import app_commands

from cogs.ordering.clip_refs import find_clip
from cogs.ordering.jams import branching, hearing, hosting, seasons, times, voting, winning
from cogs.ordering.jams.finding import jam_meant, jams_seen
from cogs.text.clean import clean_label
from cogs.text.jams import posts
from cogs.text.jams.seasons import SEASON
from cogs.ui import embeds
from cogs.ui.autocomplete import MAX_CHOICES, MAX_NAME, clips_for
from cogs.ui.base_bot import ServiceCog
from cogs.ui.channels import TextChannel, VoiceChannel
from cogs.ui.interactions import Interaction, respond_in_pages
from jobs.jams.service import Wish
from jobs.jams.turn_service import TurnsWish
from jobs.models.quota import MOST
from jobs.models.rejections import JamProblem, JamRefused, Rejected

_Command = TypeVar("_Command")

_JAM = "Which jam; leave it out for the one of this channel"
_LETTER = "The letter of the entry, or the number of the turn or line"

_Theme = app_commands.Range[str, 1, posts.THEME]
_Reason = app_commands.Range[str, 1, posts.REASON]
_Season = app_commands.Range[str, 1, SEASON]
_Time = app_commands.Range[str, 1, 40]
_Style = app_commands.Range[str, 1, 200]
_Order = Literal["joined", "drawn", "anyone"]
_Letter = app_commands.Range[str, 1, 2]
_Pot = app_commands.Range[int, 1, MOST] | None
_UpToFive = app_commands.Range[int, 1, 5]
# Options that several kinds of jams have.
_OPTIONS = {
    "theme": "What it is about",
    "ends": "Until when entries are taken: 90m, 3d, 20:00 or 2026-12-01 20:00",
    "pot": "Credits that all of it together may use; nobody pays for themselves",
    "tries": "How many tries each member has",
    "picks": "How many votes each member has",
    "turn_time": "How long each has, such as 12h",
    "order": "Whose turn it is next",
    "starts": "When it begins, if not now: 2h, 20:00 or 2026-12-01 20:00",
    "season": "The season that its points count for: one from the list, or a new name",
    "channel": "Where it takes place, if not here",
}


_COMPLETED = {
    "ends": times.moment, "starts": times.moment, "turn_time": times.lasts, "season": seasons.complete,
}  # fmt: skip


def _options(*shared: str, **own: str) -> Callable[[_Command], _Command]:
    """Describe and complete the options of a command: those that others have too, and its own."""

    def described(command: _Command) -> _Command:
        app_commands.autocomplete(**{name: _COMPLETED[name] for name in shared if name in _COMPLETED})(
            command
        )
        return app_commands.describe(**{name: _OPTIONS[name] for name in shared}, **own)(command)

    return described


class JamCommands(ServiceCog):
    group = app_commands.Group(name="jam", description="Make music together", guild_only=True)

    @group.command(name="contest")
    @_options(
        *("theme", "ends", "pot", "tries", "picks", "starts", "season", "channel"),
        votes="How long the vote takes afterwards, such as 1d; none for no vote",
        song="A song: then everybody makes a version of it",
        rules="What else counts",
        persona="A persona: then everybody makes a song that it sings; also: winner, or winner of #7",
        blind="Whether nobody sees before the end whose is whose; yes unless you say no",
    )
    @app_commands.autocomplete(song=clips_for("suno.cover"), persona=winning.complete, votes=times.lasts)
    async def contest(  # noqa: PLR0913, PLR0917 - options of a command
        self,
        interaction: Interaction,
        theme: _Theme,
        ends: _Time,
        votes: _Time = "1d",
        pot: _Pot = None,
        tries: _UpToFive = 2,
        picks: _UpToFive = 3,
        song: str = "",
        rules: app_commands.Range[str, 1, posts.RULES] = "",
        persona: str = "",
        blind: bool = True,  # noqa: FBT001, FBT002 - an option of a command
        starts: _Time = "",
        season: _Season = "",
        channel: TextChannel | None = None,
    ) -> None:
        """Start a blind contest: everybody makes a song, then all vote."""
        wish = Wish(
            theme, ends, votes, pot, tries, picks, rules=rules, hidden=blind, starts=starts, season=season
        )
        if song and persona:
            raise Rejected(JamRefused(JamProblem.SONG_OR_PERSONA))
        if song:
            found = await find_clip(interaction, self._service, song, "suno.cover")
            wish = replace(wish, song=found.clip_id)
        if persona:
            singer, won = await winning.singer(interaction, self._service, persona, season)
            wish = replace(wish, persona=singer, winner_of=won)
        await hosting.start(interaction, wish, channel)

    @group.command(name="tree")
    @_options(
        *("ends", "pot", "tries", "picks", "season", "channel"),
        song="The song that all begins with",
        votes="How long a vote takes afterwards, such as 1d; else there is none",
    )
    @app_commands.autocomplete(song=clips_for(""), votes=times.lasts)
    async def tree(
        self,
        interaction: Interaction,
        song: str,
        ends: _Time,
        votes: _Time = "none",
        pot: _Pot = None,
        tries: _UpToFive = 2,
        picks: _UpToFive = 3,
        season: _Season = "",
        channel: TextChannel | None = None,
    ) -> None:
        """Let a song grow: everybody covers or extends it, or whatever others made of it."""
        wish = Wish("", ends, votes, pot, tries, picks, kind="tree", season=season)
        found = await find_clip(interaction, self._service, song)
        await hosting.start(interaction, branching.from_song(self._service, wish, found), channel)

    @group.command(name="relay")
    @_options(
        *("theme", "turn_time", "pot", "order", "starts", "channel"),
        turns="How many parts it gets, each by the next member",
        song="A song to begin with",
        blind="Whether each hears only the part before, until the end",
    )
    @app_commands.autocomplete(song=clips_for("suno.extend"))
    async def relay(  # noqa: PLR0913 - options of a command
        self,
        interaction: Interaction,
        theme: _Theme,
        turns: app_commands.Range[int, 2, 12],
        *,
        turn_time: _Time = "12h",
        pot: _Pot = None,
        song: str = "",
        order: _Order = "joined",
        blind: bool = False,
        starts: _Time = "",
        channel: TextChannel | None = None,
    ) -> None:
        """Start a relay: one song, and each member goes on from where the last one stopped."""
        wish = TurnsWish("relay", theme, turns, turn_time, pot, order=order, blind=blind, starts=starts)
        if song:
            found = await find_clip(interaction, self._service, song, "suno.extend")
            wish = replace(wish, song=found.clip_id)
        await hosting.start(interaction, wish, channel)

    @group.command(name="lines")
    @_options(
        *("theme", "turn_time", "order", "starts", "channel"),
        lines="How many lines it gets, each by the next member",
        style="How it is to sound",
    )
    async def lines(
        self,
        interaction: Interaction,
        theme: _Theme,
        lines: app_commands.Range[int, 4, 40],
        *,
        turn_time: _Time = "12h",
        style: _Style = "",
        order: _Order = "anyone",
        starts: _Time = "",
        channel: TextChannel | None = None,
    ) -> None:
        """Write a song together: everybody adds a line, and at the end all are sung."""
        wish = TurnsWish("lines", theme, lines, turn_time, style=style, order=order, starts=starts)
        await hosting.start(interaction, wish, channel)

    @group.command(name="show")
    @app_commands.describe(jam=_JAM)
    async def show(self, interaction: Interaction, jam: int | None = None) -> None:
        """See how a jam stands; enter or vote from there."""
        await voting.show_jam(interaction, self._service, await jam_meant(interaction, jam))

    @group.command(name="list")
    async def list_(self, interaction: Interaction) -> None:
        """See the jams of this server: those that run, and the last ten."""
        found = await jams_seen(interaction)
        where = {one.id: f" · <#{one.channel_id}>" for one in found}
        await respond_in_pages(interaction, embeds.in_pages("Jams", posts.listed(found, where)))

    @group.command(name="season")
    @app_commands.describe(name="Which season; leave it out for the latest")
    @app_commands.autocomplete(name=seasons.complete)
    async def season(self, interaction: Interaction, name: _Season = "") -> None:
        """See how a season stands: the points of all its jams that are over."""
        await seasons.show(interaction, name)

    @group.command(name="deadline")
    @app_commands.autocomplete(to=times.moment)
    @app_commands.describe(to="+1d for a day more; 2h for in two hours; or a time such as 20:00", jam=_JAM)
    async def deadline(self, interaction: Interaction, to: _Time, jam: int | None = None) -> None:
        """Move the end of the entries, of the vote or of the present turn (host, moderators)."""
        await hosting.move(interaction, await jam_meant(interaction, jam), to)

    @group.command(name="close")
    @app_commands.describe(jam=_JAM)
    async def close(self, interaction: Interaction, jam: int | None = None) -> None:
        """End the entries or the vote now, a relay after the present part (host, moderators). Asks first."""
        await hosting.ask_to_close(interaction, await jam_meant(interaction, jam))

    @group.command(name="cancel")
    @app_commands.describe(reason="Why; the channel reads it", jam=_JAM)
    async def cancel(self, interaction: Interaction, reason: _Reason = "", jam: int | None = None) -> None:
        """End a jam without a result (host, moderators). What was made belongs to who made it."""
        await hosting.cancel(interaction, await jam_meant(interaction, jam), reason)

    @group.command(name="remove")
    @app_commands.describe(
        entry=_LETTER, reason="Why; the channel reads it", ban="Keep its member out of this jam", jam=_JAM
    )
    async def remove(
        self,
        interaction: Interaction,
        entry: _Letter,
        reason: _Reason = "",
        ban: bool = False,  # noqa: FBT001, FBT002 - an option of a command
        jam: int | None = None,
    ) -> None:
        """Take an entry out of the vote (moderators), or a turn out of a relay (host, moderators)."""
        await hosting.remove(interaction, await jam_meant(interaction, jam), entry, reason, keep_out=ban)

    @group.command(name="peek")
    @app_commands.describe(entry=_LETTER, jam=_JAM)
    async def peek(self, interaction: Interaction, entry: _Letter, jam: int | None = None) -> None:
        """See whose an entry is (moderators). It is noted that you looked, and told with the result."""
        await hosting.peek(interaction, await jam_meant(interaction, jam), entry)

    @group.command(name="album")
    @app_commands.describe(jam=_JAM)
    async def album(self, interaction: Interaction, jam: int | None = None) -> None:
        """Get the songs of a jam that is over as zips, with credits, a cover and a page that plays them."""
        await hearing.post_album(interaction, await jam_meant(interaction, jam))

    @group.command(name="listen")
    @app_commands.describe(
        jam=_JAM,
        every="From one song to the next, such as 5m; else as long as each takes",
        voice="A voice channel where they are heard, if this bot has a voice",
    )
    async def listen(
        self,
        interaction: Interaction,
        jam: int | None = None,
        every: _Time = "",
        voice: VoiceChannel | None = None,
    ) -> None:
        """Listen together: the songs of a jam come here one after the other (host, moderators)."""
        await hearing.begin_party(interaction, await jam_meant(interaction, jam), every, voice or 0)

    @show.autocomplete("jam")
    @deadline.autocomplete("jam")
    @close.autocomplete("jam")
    @cancel.autocomplete("jam")
    @remove.autocomplete("jam")
    @peek.autocomplete("jam")
    @album.autocomplete("jam")
    @listen.autocomplete("jam")
    async def _jams(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        found = await jams_seen(interaction)
        needle = str(typed).strip().lower().removeprefix("#")
        named = [(f"#{one.id} {one.theme}", one.id) for one in found]
        return [
            app_commands.Choice(name=clean_label(name, MAX_NAME), value=jam_id)
            for name, jam_id in named
            if needle in name.lower()
        ][:MAX_CHOICES]
