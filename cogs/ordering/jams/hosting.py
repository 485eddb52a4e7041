"""What hosts and moderators decide about a jam."""

from dataclasses import replace

from cogs.ordering.jams.finding import jam_of
from cogs.ordering.permissions import is_moderator
from cogs.ordering.place_order import origin_of
from cogs.text.jams import answers, events, relays
from cogs.ui.channels import is_open
from cogs.ui.interactions import Interaction, reply, respond, update
from cogs.ui.jams.entries import close_button
from jobs.jams.service import Wish
from jobs.jams.turn_service import TurnsWish
from jobs.models.jam import Jam, JamState
from jobs.models.rejections import Blocked, Denied, JamProblem, JamRefused, Rejected
from jobs.orders.service import JobService
from jobs.store.queries import guilds


async def check_host(interaction: Interaction, jam: Jam) -> None:
    """Raise Rejected for members who neither host the jam nor moderate, and for a host who is blocked."""
    if is_moderator(interaction):
        return
    if interaction.user.id != jam.user_id:
        raise Rejected(JamRefused(JamProblem.NOT_YOURS, jam.id))
    chosen = await interaction.client.jams.read(guilds.settings, jam.guild_id)
    if block := chosen.block_of(interaction.user.id, interaction.client.jams.now()):
        raise Rejected(Blocked(block))


async def led_jam(interaction: Interaction, subject: str) -> Jam:
    """Find a jam that a member may decide about, by its number. Raises Rejected."""
    jam = await jam_of(interaction, subject)
    await check_host(interaction, jam)
    return jam


async def start(interaction: Interaction, wish: Wish | TurnsWish) -> None:
    """Start a jam in this channel; an interaction that Discord delivers again starts nothing."""
    jams, moderator, origin = interaction.client.jams, is_moderator(interaction), origin_of(interaction)
    if isinstance(wish, TurnsWish):
        text = relays.started(await jams.turns.start(wish, origin, moderator=moderator))
    else:
        may, seen_by_all = interaction.app_permissions.create_events, is_open(interaction)
        wish = replace(wish, event=may and seen_by_all)
        text = answers.started(await jams.start(wish, origin, moderator=moderator))
        text += f" {events.made(may=may, seen_by_all=seen_by_all)}" if wish.starts else ""
    await reply(interaction, text)


async def ask_to_close(interaction: Interaction, jam: Jam) -> None:
    await check_host(interaction, jam)
    if jam.state is JamState.PLANNED:
        until = 0.0 if jam.about.in_turn else jam.due_at
        raise Rejected(JamRefused(JamProblem.NOT_BEGUN, jam.id, until=until))
    if jam.state not in (JamState.OPEN, JamState.VOTING):
        raise Rejected(JamRefused(JamProblem.MOVED_MEANWHILE, jam.id))
    ask = relays.close_question if jam.about.in_turn else answers.close_question
    await respond(interaction, ephemeral=True, content=ask(jam), view=close_button(jam))


async def close(interaction: Interaction, service: JobService, subject: str) -> None:  # noqa: ARG001 - as all actions
    """End the phase that the question was about."""
    jam_id, _, state = subject.partition("-")
    jam = await led_jam(interaction, jam_id)
    if jam.state.value != state:
        raise Rejected(JamRefused(JamProblem.MOVED_MEANWHILE, jam.id))
    await interaction.client.jams.close(jam)
    await update(interaction, content=answers.CLOSED, view=None)


async def move(interaction: Interaction, service: JobService, jam: Jam, to: str) -> None:
    """Move the end of the present phase: by a span ("+1d"), or to a time."""
    await check_host(interaction, jam)
    chosen = await service.read(guilds.settings, jam.guild_id)
    due_at = interaction.client.jams.end(to, chosen.timezone, after=jam.due_at)
    await interaction.client.jams.move_end(jam, due_at, interaction.user.id)
    await reply(interaction, answers.moved(jam, due_at))


async def cancel(interaction: Interaction, jam: Jam, reason: str) -> None:
    await check_host(interaction, jam)
    await interaction.client.jams.cancel(jam, interaction.user.id, reason)
    await reply(interaction, answers.CANCELLED)


async def remove(interaction: Interaction, jam: Jam, letter: str, reason: str, *, keep_out: bool) -> None:
    """Take an entry out. Not for hosts where they might favour one."""
    if jam.about.in_turn and not keep_out:
        await check_host(interaction, jam)
    else:
        _check_moderator(interaction)
    await interaction.client.jams.remove(jam, letter, interaction.user.id, reason, keep_out=keep_out)
    await reply(interaction, answers.REMOVED)


async def peek(interaction: Interaction, jam: Jam, letter: str) -> None:
    """Tell a moderator whose an entry is; that is noted first."""
    _check_moderator(interaction)
    entry = await interaction.client.jams.peek(jam, letter, interaction.user.id)
    await reply(interaction, answers.author(entry.letter, entry.user_id))


def _check_moderator(interaction: Interaction) -> None:
    if not is_moderator(interaction):
        raise Rejected(Denied.NOT_A_MODERATOR)
