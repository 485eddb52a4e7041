"""What Discord's own client would never send: the bot refuses it, and has time for everybody else."""

import pytest

from tests.behaviour.end_to_end.conftest import Outside
from tests.fakes.discord.dispatch import Act, dispatch
from tests.fakes.discord.events import Event
from tests.fakes.discord.interactions import Interaction, InteractionType
from tests.fakes.discord.member import Member
from tests.fakes.discord.options import BOOLEAN, CHANNEL, INTEGER, STRING, find_call
from tests.fakes.discord.permissions import Permission
from tests.fakes.discord.resolved import Resolver

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("unmeasured")]
_OPTIONS = {int: INTEGER, str: STRING}
_NAMED = {"channel": CHANNEL, "allowed": BOOLEAN}
_BEYOND: tuple[tuple[str, dict[str, int | str], str], ...] = (
    ("credits server", {"days": 10**9}, "days must be from 1 to 90."),
    ("credits server", {"days": 0}, "days must be from 1 to 90."),
    ("settings max-jobs", {"jobs": -1}, "jobs must be from 0 to 100."),
    (
        "suno create",
        {"prompt": "a \ud83d song"},
        "prompt holds a character that cannot be kept; type it anew.",
    ),
    (
        "quota set",
        {"who": "all together", "amount": 3, "unit": "albums", "period": "day"},
        "unit is not one of those in the list.",
    ),
    (
        "quota set",
        {"who": "nobody", "amount": 3, "unit": "songs", "period": "day"},
        "who is not one of those in the list.",
    ),
)


async def test_ranges_and_choices_are_checked_again(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        moderator = outside.discord.add_member("moderator", permissions=Permission.MANAGE_GUILD)
        for command, options, said in _BEYOND:
            asked = _forged(outside, moderator, command, options)
            message = await asked.shown()
            assert said in message.content
            assert message.ephemeral
        fine = moderator.slash(outside.discord.channel, "settings max-jobs", jobs=3)
        message = await fine.shown()
        assert "**Jobs of one member at once**: 3" in str(message.embeds)
        await bot.stop()


async def test_who_has_the_bot_but_not_in_this_server_orders_nothing(outside: Outside) -> None:
    discord_ = outside.discord
    async with outside.bot() as bot:
        await outside.ready()
        for command in discord_.world.commands.listed:
            assert (command["integration_types"], command["contexts"]) == ([0], [0]), command["name"]
        owners = {"1": str(discord_.member.id)}
        asked = _forged(
            outside, discord_.member, "suno create", {"prompt": "x"}, authorizing_integration_owners=owners
        )
        message = await asked.shown()
        assert message.content.startswith("I am not a member of this server")
        await bot.stop()
    assert outside.states() == {}


async def test_nothing_is_ordered_in_a_kind_of_channel_that_discord_py_does_not_know(
    outside: Outside,
) -> None:
    """Discord adds kinds of channels; where to post would not be known, and the song is paid for by then."""
    async with outside.bot() as bot:
        await outside.ready()
        new = {"id": "4711", "type": 99, "name": "orbit", "guild_id": str(outside.discord.guild.id)}
        asked = _forged(outside, outside.discord.member, "suno create", {"prompt": "x"}, channel=new)
        message = await asked.shown()
        assert message.content.startswith("I do not know this kind of channel")
        await bot.stop()
    assert outside.states() == {}


async def test_a_channel_may_be_told_of_by_its_id_and_kind_alone(outside: Outside) -> None:
    """So it is documented; the channel of the command may be a thread that is in no cache."""
    async with outside.bot() as bot:
        await outside.ready()
        for kind in (0, 2, 5, 10, 11, 12, 13, 15, 16):
            partial = {"id": str(4711 + kind), "type": kind}
            asked = _forged(outside, outside.discord.member, "suno create", {"prompt": "x"}, channel=partial)
            await asked.answered()
            assert asked.message is not None, kind
        await bot.stop()
    assert "Traceback" not in outside.logs()


@pytest.mark.parametrize("kind", [2, 13], ids=["voice", "stage"])
async def test_nothing_is_ordered_where_the_bot_may_not_enter(outside: Outside, kind: int) -> None:
    """Discord lets nobody write into the text of a voice channel who may not connect to it."""
    everything_but_connect = str((1 << 50) - 1 & ~(1 << 20))
    async with outside.bot() as bot:
        await outside.ready()
        asked = _forged(
            outside, outside.discord.member, "suno create", {"prompt": "x"},
            channel={"id": "4711", "type": kind}, app_permissions=everything_but_connect,
        )  # fmt: skip
        await asked.answered()
        assert asked.message is not None
        assert asked.message.ephemeral
        assert "Connect" in asked.message.content
        await bot.stop()
    assert outside.states() == {}


@pytest.mark.parametrize("typed", ["", "0,", "-", "abc", None, [], True])
async def test_a_list_opens_whatever_stands_in_the_other_options(outside: Outside, typed: object) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        call = find_call(
            outside.discord.world, outside.discord.channel, outside.discord.member.user, words="suno create"
        )
        options = [
            {"name": name, "type": kind, "value": typed}
            for name, kind in (("style_weight", 10), ("weirdness", 10), ("instrumental", 5), ("prompt", 3))
        ]
        options.append({"name": "model", "type": 3, "value": "v5", "focused": True})
        data = call.data(options, Resolver(outside.discord.world, outside.discord.channel))
        asked = dispatch(
            outside.discord.world,
            Act(InteractionType.AUTOCOMPLETE, outside.discord.member.user, outside.discord.channel, data),
        )
        await asked.answered()
        assert asked.choices, typed
        await bot.stop()
    assert "Traceback" not in outside.logs()


async def test_a_channel_is_taken_that_discord_py_has_not_in_its_cache(outside: Outside) -> None:
    """A thread that was archived before the bot came, or any channel while its server is away."""
    async with outside.bot() as bot:
        await outside.ready()
        moderator = outside.discord.add_member("moderator", permissions=Permission.MANAGE_GUILD)
        options: dict[str, int | str] = {"family": "suno", "channel": "4711", "allowed": 1}
        asked = _forged(outside, moderator, "settings channel", options)
        message = await asked.shown()
        assert "suno: <#4711>" in str(message.embeds)
        await bot.stop()


async def test_numbers_that_no_database_holds_are_nobodys(outside: Outside) -> None:
    world, channel, member = outside.discord.world, outside.discord.channel, outside.discord.member
    async with outside.bot() as bot:
        await outside.ready()
        for number in ("9" * 30, "\u0663", "-1", ""):
            data: dict[str, object] = {"custom_id": f"encore:form:{number}", "components": []}
            asked = dispatch(world, Act(InteractionType.MODAL, member.user, channel, data))
            message = await asked.shown()
            assert message.content.startswith("I no longer know what that form was for.")
        await bot.stop()


async def test_an_event_that_cannot_be_read_is_lost_alone(outside: Outside) -> None:
    discord_ = outside.discord
    async with outside.bot() as bot:
        await outside.ready()
        discord_.world.emit(Event("CHANNEL_CREATE", {"id": "1"}))
        asked = discord_.member.slash(discord_.channel, "status")
        await asked.answered()
        await bot.stop()
    assert discord_.gateway.identifies == 1
    assert "an event of Discord's could not be read: CHANNEL_CREATE" in outside.logs()


def _forged(
    outside: Outside, member: Member, command: str, options: dict[str, int | str], **changed: object
) -> Interaction:
    """A command with options that the member's client did not check."""
    world, channel = outside.discord.world, outside.discord.channel
    filled = [
        {"name": name, "type": _NAMED.get(name, _OPTIONS[type(value)]), "value": value}
        for name, value in options.items()
    ]
    data = find_call(world, channel, member.user, words=command).data(filled, Resolver(world, channel))
    return dispatch(world, Act(InteractionType.COMMAND, member.user, channel, data, changed=changed))
