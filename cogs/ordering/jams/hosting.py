"""What hosts and moderators decide about a jam."""

from dataclasses import replace

from cogs.ordering.jams.finding import jam_of
from cogs.ordering.permissions import check_channel, is_moderator
from cogs.ordering.place_order import NEEDED, origin_of
from cogs.text.jams import answers, events, relays
from cogs.ui.channels import is_open, may_write
from cogs.ui.interactions import Interaction, reply, respond, update
from cogs.ui.jams.entries import close_button
from jobs.jams.service import Wish
from jobs.jams.turn_service import TurnsWish
from jobs.models import Origin
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


async def start(interaction: Interaction, wish: Wish | TurnsWish, channel_id: int | None) -> None:
    """Start a jam, here or elsewhere; an interaction that Discord delivers again starts nothing."""
    jams, moderator, origin = (
        interaction.client.jams,
        is_moderator(interaction),
        _origin(interaction, channel_id),
    )
    where = "here" if origin.channel_id == interaction.channel_id else f"in <#{origin.channel_id}>"
    may, seen_by_all = interaction.app_permissions.create_events, is_open(interaction, origin.channel_id)
    wish = replace(wish, event=may and seen_by_all)
    if isinstance(wish, TurnsWish):
        text = relays.started(await jams.turns.start(wish, origin, moderator=moderator), where)
    else:
        text = answers.started(await jams.start(wish, origin, moderator=moderator), where)
    text += f" {events.made(may=may, seen_by_all=seen_by_all)}" if wish.starts else ""
    await reply(interaction, text)


def _origin(interaction: Interaction, channel_id: int | None) -> Origin:
    """Where a jam is to be: here, or where its host may write and the bot may post. Raises Rejected."""
    origin = origin_of(interaction)
    if channel_id in (None, origin.channel_id):
        return origin
    check_channel(interaction, channel_id, NEEDED)
    if not may_write(interaction, channel_id):
        raise Rejected(JamRefused(JamProblem.NOT_THERE))
    return replace(origin, channel_id=channel_id, parent_id=0, missing_permissions=())


async def ask_to_close(interaction: Interaction, jam: Jam) -> None:
    await check_host(interaction, jam)
    if jam.state is JamState.PLANNED:
        until = jam.due_at if jam.begins_by_time else 0.0
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


async def move(interaction: Interaction, jam: Jam, to: str) -> None:
    """Move the end of the present phase: by a span ("+1d"), or to a time."""
    await check_host(interaction, jam)
    due_at = await interaction.client.jams.move_to(jam, to, interaction.user.id)
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
