"""A moderator's day, without the picture: quotas, blocks, prices to agree to, and who changed what."""

import csv
import re
from typing import Any

import discord
import pytest

from jobs.store.queries import clips, guilds, jobs
from tests.behaviour.commands.acts import answer, said, told
from tests.conftest import Jam


async def test_a_quota_holds_says_when_it_begins_anew_and_can_be_taken_away(jam: Jam) -> None:
    text = await said(
        jam, "mod", "quota set", who="one member", amount=1, unit="songs", period="day", member=jam.mia
    )
    assert f"<@{jam.mia.id}>: 1 song a day" in text
    await jam.mia.slash(jam.channel, "suno create", prompt="one")
    refused = await said(jam, "mia", "suno create", prompt="two")
    assert refused.startswith("Your 1 song of today is used, next at <t:")
    assert "Nothing was charged" in refused
    await jam.ravi.slash(jam.channel, "suno create", prompt="three")
    assert await jam.parts.store.read(jobs.by_id, 2) is not None
    await said(jam, "mod", "quota remove", who="one member", unit="songs", period="day", member=jam.mia)
    await jam.mia.slash(jam.channel, "suno create", prompt="four")
    assert await jam.parts.store.read(jobs.by_id, 3) is not None


async def test_a_quota_says_whom_it_limits(jam: Jam) -> None:
    a_day = {"amount": 1, "unit": "songs", "period": "day"}
    assert "**Saved.** Each member: 1 song a day." in await said(
        jam, "mod", "quota set", who="each member", **a_day
    )
    await jam.mia.slash(jam.channel, "suno create", prompt="one")
    assert (await said(jam, "mia", "suno create", prompt="two")).startswith("Your 1 song of today is used")
    await jam.ravi.slash(jam.channel, "suno create", prompt="what mia made does not count for him")
    assert await jam.parts.store.read(jobs.by_id, 2) is not None
    text = await said(jam, "mod", "quota set", who="all together", **{**a_day, "amount": 2})
    assert "**Saved.** All members together: 2 songs a day." in text
    text = await said(jam, "mod", "quota remove", who="each member", unit="songs", period="day")
    assert "**Saved.** Each member: no quota of songs a day (before: 1 song)." in text
    assert (await said(jam, "mia", "suno create", prompt="3")).startswith(
        "This server's 2 songs of today are"
    )
    quotas = (await jam.parts.store.read(guilds.settings, jam.guild.id)).quotas
    assert [(one.subject, one.subject_id) for one in quotas] == [("server", 0)]


@pytest.mark.parametrize(
    ("who", "named", "says"),
    [
        ("each member", ["member"], "`who: each member` goes without `member`."),
        ("all together", ["member", "role"], "`who: all together` goes without `member` and `role`."),
        ("a role", [], "`who: a role` needs the option `role` too."),
        ("a role", ["member"], "`who: a role` goes without `member`."),
        ("one member", ["member", "role"], "`who: one member` goes without `role`."),
    ],
)
async def test_a_quota_for_whom_nobody_can_tell_is_not_set(
    jam: Jam, who: str, named: list[str], says: str
) -> None:
    options = {"member": jam.mia, "role": jam.guild.create_role("DJs")}
    chosen = {name: options[name] for name in named}
    for command, amount in (("quota set", {"amount": 1}), ("quota remove", {})):
        text = await said(jam, "mod", command, who=who, unit="songs", period="day", **amount, **chosen)
        assert text.startswith(says)
    assert await jam.parts.store.read(guilds.history, jam.guild.id) == []


async def test_a_blocked_member_is_told_so_until_unblocked(jam: Jam) -> None:
    assert f"Blocked: <@{jam.mia.id}>" in await said(jam, "mod", "quota block", member=jam.mia)
    assert "blocked you" in await said(jam, "mia", "suno create", prompt="x")
    assert "Blocked" not in await said(jam, "mod", "quota unblock", member=jam.mia)
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    assert await jam.parts.store.read(jobs.by_id, 1) is not None


@pytest.mark.parametrize("amount", [-1, 1_000_001])
async def test_amounts_that_make_no_sense(jam: Jam, amount: int) -> None:
    with pytest.raises(Exception, match="amount"):
        await jam.mod.slash(
            jam.channel, "quota set", who="all together", amount=amount, unit="songs", period="day"
        )
    assert (await jam.parts.store.read(guilds.settings, jam.guild.id)).quotas == ()


async def test_only_moderators_change_anything(jam: Jam) -> None:
    """Discord hides these commands, but a server can show them to anyone."""
    for command in await jam.parts.bot.tree.fetch_commands():
        if command.name in ("quota", "settings"):
            jam.guild.set_command_permissions(command, {jam.mia: True})
    for name, options in (
        ("quota block", {"member": jam.ravi}),
        ("quota show", {}),
        ("settings confirm", {"credits": 5}),
        ("settings audit", {}),
    ):
        assert "Only moderators" in await said(jam, "mia", name, **options)
    assert await jam.parts.store.read(guilds.history, jam.guild.id) == []


async def test_settings_are_shown_checked_and_audited(jam: Jam) -> None:
    text = await said(jam, "mod", "settings timezone", name="Europe/Berlin")
    assert "Europe/Berlin" in text
    assert "no such time zone" in await said(jam, "mod", "settings timezone", name="Mars/Olympus")
    assert "such as `100, 20`" in await said(jam, "mod", "settings alerts", channel=jam.channel, below="lots")
    text = await said(jam, "mod", "settings alerts", channel=jam.channel, below="20, 100")
    assert f"<#{jam.channel.id}>, below 100, 20 credits" in text
    audit = await said(jam, "mod", "settings audit")
    assert f"<@{jam.mod.id}>: Days, weeks and months are those of Europe/Berlin." in audit
    assert "Alerts come below 100, 20 credits" not in audit, "that was so before"
    assert "Mars" not in audit


async def test_alerts_go_off_only_when_that_is_said(jam: Jam) -> None:
    assert "Name a channel" in await said(jam, "mod", "settings alerts", below="50")
    await said(jam, "mod", "settings alerts", channel=jam.channel)
    text = await said(jam, "mod", "settings alerts", below="50")
    assert "**Saved.** Alerts come below 50 credits." in text
    assert f"<#{jam.channel.id}>, below 50 credits" in text
    text = await said(jam, "mod", "settings alerts", on=False)
    assert "**Saved.** Low-balance alerts are off." in text


@pytest.mark.parametrize(
    ("command", "form", "changes"),
    [
        ("settings show", "<#{}>", {"channels": {"suno": range(1000, 1130), "any": range(2000, 2130)}}),
        ("settings show", "<@&{}>", {"roles": {"stems": range(1000, 1130), "any": range(2000, 2300)}}),
        ("quota show", "<@{}>", {"blocked": range(1000, 2000)}),
    ],
)
async def test_all_that_is_set_is_shown_however_much_it_is(
    jam: Jam, command: str, form: str, changes: dict[str, Any]
) -> None:
    base = 10**17  # as long as Discord's ids
    wanted = {
        name: {family: tuple(base + one for one in ids) for family, ids in value.items()}
        if isinstance(value, dict)
        else tuple(base + one for one in value)
        for name, value in changes.items()
    }
    await jam.parts.service.change_settings(jam.guild.id, 1, lambda _: wanted)
    result = await jam.mod.slash(jam.channel, command)
    messages = [answer(result), *result.followups]
    assert all(message.ephemeral for message in result.followups)
    text = "".join(str(embed.description) for message in messages for embed in message.embeds)
    ids = {
        one
        for value in wanted.values()
        for one in (sum(value.values(), ()) if isinstance(value, dict) else value)
    }
    assert {one for one in ids if form.format(one) not in text} == set()


async def test_a_command_may_be_kept_to_a_channel(jam: Jam) -> None:
    other = jam.guild.create_text_channel("studio")
    await said(jam, "mod", "settings channel", family="suno", channel=other, allowed=True)
    assert f"<#{other.id}>" in await said(jam, "mia", "suno create", prompt="x")
    await said(jam, "mod", "settings channel", family="suno", channel=other, allowed=False)
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    assert await jam.parts.store.read(jobs.by_id, 1) is not None


async def test_a_price_above_the_threshold_is_agreed_to_once(jam: Jam) -> None:
    await said(jam, "mod", "settings confirm", credits=10)
    asked = await jam.mia.slash(jam.channel, "suno create", prompt="x")
    assert told(asked).startswith("**Suno song** for **10 credits**?\nx\n")
    assert await jam.parts.store.read(jobs.by_id, 1) is None
    [button] = answer(asked).components[0]["components"]
    await jam.mia.click(answer(asked), label="Order it · 10 credits")
    assert told(asked) == "Ordered: job #1 (10 credits)."
    assert not answer(asked).components
    [card] = jam.messages()
    assert card.embeds[0].title == "Suno song · job #1"
    view = discord.ui.View(timeout=None)  # as a press that crossed the answer
    view.add_item(discord.ui.Button(label="once more", custom_id=button["custom_id"]))
    with jam.env.time_context():
        shown = await jam.parts.bot.get_partial_messageable(jam.channel.id).send(view=view)
    again = await jam.mia.click(shown, label="once more")
    assert told(again).startswith("You have already ordered this, or the button has expired.")
    assert await jam.parts.store.read(jobs.by_id, 2) is None


async def test_all_stems_are_asked_for_first_where_nobody_has_set_anything(jam: Jam) -> None:
    _, clip_id = await jam.song()
    await said(jam, "mod", "quota set", who="each member", amount=90, unit="credits", period="day")
    assert "**Ask before spending**: from 20 credits" in await said(jam, "mod", "settings show")
    await jam.mia.slash(jam.channel, "credits mine")
    asked = told(await jam.mia.slash(jam.channel, "stems", clip_id=clip_id, tracks="full"))
    first, _, left, quota, last = asked.split("\n")
    assert first == "**Stems, all tracks** for **50 credits**?"
    assert left == "490 credits are left on the account."
    assert quota.startswith("You: 80 of 90 credits left today; resets <t:")
    assert last == "Nothing is ordered until you press the button."
    await said(jam, "mod", "settings balance", everyone=False)
    asked = told(await jam.mia.slash(jam.channel, "stems", clip_id=clip_id, tracks="full"))
    assert "490" not in asked
    await said(jam, "mod", "settings confirm", credits=0)
    assert not (await jam.mia.slash(jam.channel, "stems", clip_id=clip_id, tracks="full")).ephemeral


async def test_credits_say_what_is_mine_what_my_quota_leaves_and_what_is_left(jam: Jam) -> None:
    await said(jam, "mod", "quota set", who="all together", amount=3, unit="songs", period="day")
    await jam.song()
    with jam.env.time_context():
        result = await jam.mia.slash(jam.channel, "credits mine")
    text = answer(result).embeds[0].description or ""
    assert "**490 credits** are left" in text
    assert "You, today: 10 credits for 1 job." in text
    assert "All members together: 2 of 3 songs left today" in text
    await said(jam, "mod", "settings balance", everyone=False)
    with jam.env.time_context():
        result = await jam.mia.slash(jam.channel, "credits mine")
    assert "490" not in (answer(result).embeds[0].description or "")


async def test_a_moderator_reads_the_picture_and_gets_the_sheet(jam: Jam) -> None:
    await jam.song()
    with jam.env.time_context():
        result = await jam.mod.slash(jam.channel, "credits server", days=7)
    assert result.ephemeral
    text = answer(result).embeds[0].description or ""
    assert f"1. <@{jam.mia.id}>: 10 credits" in text
    assert "**Spent in 7 days: 10 credits**" in text
    assert "**By command**\n- Suno song from a description: 10 credits" in text
    assert "so what is left lasts 343 days" in text
    sheet, picture = answer(result).attachments
    assert (sheet.filename, picture.filename) == ("credits.csv", "credits.png")
    content = await sheet.read()
    assert content.startswith(b"\xef\xbb\xbf"), "a spreadsheet knows UTF-8 by its mark"
    head, row = csv.reader(content.decode("utf-8-sig").splitlines())
    assert head == [
        *("job", "ordered_at", "member", "member_id", "command", "title", "channel"),
        *("state", "price", "charged", "unresolved"),
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", row.pop(1))
    [clip, *_] = await jam.parts.store.read(clips.of_job, 1)
    assert row == [
        *("1", "mia", f"<@{jam.mia.id}>", "Suno song from a description", clip.title, "#jam"),
        *("delivered", "10", "10", "0"),
    ]
    assert (await picture.read()).startswith(b"\x89PNG")


async def test_the_owners_command_is_hidden_from_members_and_refused_to_administrators(jam: Jam) -> None:
    offered = {one.name: one.default_member_permissions for one in await jam.parts.bot.tree.fetch_commands()}
    assert offered["owner"] == discord.Permissions(administrator=True)
    assert offered["credits"] is None
    admins = jam.guild.create_role("admins", permissions=discord.Permissions(administrator=True))
    kim, lee = (jam.guild.add_member(jam.env.create_user(name), roles=[admins]) for name in ("kim", "lee"))
    jam.parts.bot.owner_id = lee.id
    await jam.song()
    with jam.env.time_context():
        refused, shown = [await one.slash(jam.channel, "owner credits") for one in (kim, lee)]
    assert answer(refused).content.startswith("Only whoever runs this bot can see that.")
    assert f"Night Shift (`{jam.guild.id}`): 10 credits" in str(answer(shown).embeds[0].description)


async def test_a_low_balance_is_told_once_in_the_chosen_channel(jam: Jam) -> None:
    await said(jam, "mod", "settings alerts", channel=jam.channel, below="495, 20")
    await jam.song()
    with jam.env.time_context():
        for _ in range(2):
            await jam.mia.slash(jam.channel, "credits mine")

    def alerts() -> list[str]:
        texts = [embed.description or "" for message in jam.messages() for embed in message.embeds]
        return [text for text in texts if "Low balance" in text]

    await jam.until(alerts, "an alert")
    assert len(alerts()) == 1
    assert "490 credits are left, below the 495 of your alert" in alerts()[0]
