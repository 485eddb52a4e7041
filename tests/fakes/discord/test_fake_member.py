"""The member's client, and interactions as a bare client answers them."""

from typing import Any

import pytest

from tests.fakes.discord import ClientRefusalError, FakeDiscord, Interaction, Permission, Upload
from tests.fakes.discord.conftest import Caller
from tests.fakes.discord.model import Message

TEXT = {"type": 3, "name": "prompt", "description": "d", "required": True, "min_length": 2, "max_length": 5}
NUMBER = {"type": 4, "name": "count", "description": "d", "min_value": 1, "max_value": 9}
CHOICE = {"type": 3, "name": "model", "description": "d", "choices": [{"name": "Five", "value": "v5"}]}
TYPED = {"type": 3, "name": "clip", "description": "d", "autocomplete": True}
FILE = {"type": 11, "name": "file", "description": "d"}
CREATE = {"type": 1, "name": "create", "description": "d", "options": [TEXT, NUMBER, CHOICE, TYPED, FILE]}
BUTTON = {"type": 2, "style": 1, "label": "Stems", "custom_id": "stems:1"}


@pytest.fixture(autouse=True)
def commands(fake_discord: FakeDiscord) -> None:
    secret = {"name": "quota", "description": "d", "default_member_permissions": "32", "contexts": [0]}
    suno = {"name": "suno", "description": "d", "options": [CREATE]}
    fake_discord.world.commands.replace_all([suno, secret])


async def answer(
    caller: Caller, handle: Interaction, kind: int, data: dict[str, Any] | None = None
) -> tuple[int, Any]:
    path = f"/interactions/{handle.id}/{handle.token}/callback?with_response=true"
    return await caller.call("POST", path, {"type": kind, "data": data or {}}, token="none")


def webhook(fake_discord: FakeDiscord, handle: Interaction, message: str = "") -> str:
    return f"/webhooks/{fake_discord.bot.id}/{handle.token}" + (f"/messages/{message}" if message else "")


def call(fake_discord: FakeDiscord) -> Interaction:
    return fake_discord.member.slash(fake_discord.channel, "suno create", prompt="rain")


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("nothing", {}),
        ("suno", {}),
        ("suno extend", {"prompt": "rain"}),
        ("suno create", {}),
        ("suno create", {"prompt": "r"}),
        ("suno create", {"prompt": "too long"}),
        ("suno create", {"prompt": 5}),
        ("suno create", {"prompt": "rain", "count": 10}),
        ("suno create", {"prompt": "rain", "count": True}),
        ("suno create", {"prompt": "rain", "model": "v6"}),
        ("suno create", {"prompt": "rain", "file": "song.mp3"}),
        ("suno create", {"prompt": "rain", "mood": "glad"}),
        ("quota", {}),
    ],
)
async def test_the_client_sends_nothing_that_it_would_not_allow(
    fake_discord: FakeDiscord, words: str, options: dict[str, Any]
) -> None:
    with pytest.raises(ClientRefusalError):
        fake_discord.member.slash(fake_discord.channel, words, **options)
    assert fake_discord.world.interactions == {}


async def test_rights_and_contexts_decide_what_is_offered(fake_discord: FakeDiscord) -> None:
    moderator = fake_discord.add_member("moderator", permissions=Permission.MANAGE_GUILD)
    assert moderator.slash(fake_discord.channel, "quota").data["name"] == "quota"
    with pytest.raises(ClientRefusalError, match="context"):
        moderator.slash(moderator.direct_channel, "quota")
    fake_discord.deny(fake_discord.channel, Permission.VIEW_CHANNEL, user=moderator.user)
    with pytest.raises(ClientRefusalError, match="out of sight"):
        moderator.slash(fake_discord.channel, "quota")
    with pytest.raises(ClientRefusalError, match="out of sight"):
        moderator.write(fake_discord.channel, "hello")
    with pytest.raises(ClientRefusalError, match="out of sight"):
        moderator.autocomplete(fake_discord.channel, "suno create", "clip")


async def test_values_are_sent_in_discords_form(fake_discord: FakeDiscord) -> None:
    upload = Upload("song.mp3", b"la")
    handle = fake_discord.member.slash(
        fake_discord.channel, "suno create", file=upload, model="Five", count=3, prompt="rain"
    )
    (create,) = handle.data["options"]
    assert [(o["name"], o["value"]) for o in create["options"][:3]] == [
        ("prompt", "rain"),
        ("count", 3),
        ("model", "v5"),
    ]
    (attachment,) = handle.data["resolved"]["attachments"].values()
    assert (attachment["filename"], attachment["size"], attachment["ephemeral"]) == ("song.mp3", 2, True)
    assert create["options"][3]["value"] == attachment["id"]


async def test_half_typed_options_need_nothing_but_completion(fake_discord: FakeDiscord) -> None:
    handle = fake_discord.member.autocomplete(fake_discord.channel, "suno create", "clip", clip="ra")
    assert handle.data["options"][0]["options"] == [
        {"name": "clip", "type": 3, "value": "ra", "focused": True}
    ]
    with pytest.raises(ClientRefusalError):
        fake_discord.member.autocomplete(fake_discord.channel, "suno create", "prompt", prompt="ra")
    with pytest.raises(ClientRefusalError):
        fake_discord.member.autocomplete(fake_discord.channel, "suno create", "clip", mood="glad")


async def test_the_first_answer_tells_what_it_made(fake_discord: FakeDiscord, caller: Caller) -> None:
    status, deferred = await answer(caller, call(fake_discord), 5, {"flags": 64})
    interaction = deferred["interaction"]
    assert (status, "resource" in deferred) == (200, False)
    assert interaction["response_message_loading"]
    assert interaction["response_message_ephemeral"]
    _, sent = await answer(caller, call(fake_discord), 4, {"content": "song"})
    message = sent["resource"]["message"]
    assert (sent["resource"]["type"], message["content"], message["type"]) == (4, "song", 20)


async def test_answers_come_once_and_in_time(fake_discord: FakeDiscord, caller: Caller) -> None:
    late = call(fake_discord)
    fake_discord.own_clock.advance(3.1)
    assert (await answer(caller, late, 4, {"content": "x"}))[1]["code"] == 10062
    assert late.refusals == [10062]
    twice = call(fake_discord)
    await answer(caller, twice, 5)
    assert (await answer(caller, twice, 5)) == (
        400,
        {"message": "Interaction has already been acknowledged.", "code": 40060},
    )
    unknown = f"/interactions/1/{twice.token}/callback"
    assert (await caller.call("POST", unknown, {"type": 5}))[1]["code"] == 10062


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (6, {}),
        (7, {"content": "x"}),
        (8, {"choices": []}),
        (4, {"content": "x" * 2001}),
        (5, {"flags": 1 << 15}),
        (9, {"title": "x" * 46, "custom_id": "m", "components": []}),
    ],
)
async def test_a_wrong_answer_leaves_the_interaction_open(
    fake_discord: FakeDiscord, caller: Caller, *, kind: int, data: dict[str, Any]
) -> None:
    handle = call(fake_discord)
    assert (await answer(caller, handle, kind, data))[1]["code"] == 50035
    assert (handle.answer, handle.message, handle.refusals) == (None, None, [50035])
    assert (await answer(caller, handle, 4, {"content": "song"}))[0] == 200


async def test_an_autocomplete_takes_25_choices(fake_discord: FakeDiscord, caller: Caller) -> None:
    handle = fake_discord.member.autocomplete(fake_discord.channel, "suno create", "clip", clip="ra")
    choices = [{"name": str(n), "value": str(n)} for n in range(26)]
    assert (await answer(caller, handle, 8, {"choices": choices}))[1]["code"] == 50035
    assert (await answer(caller, handle, 8, {"choices": choices[1:]}))[0] == 200
    assert handle.choices == choices[1:]
    assert (await caller.call("POST", webhook(fake_discord, handle), {"content": "x"}))[1]["code"] == 10015


async def test_the_token_lives_for_fifteen_minutes(fake_discord: FakeDiscord, caller: Caller) -> None:
    handle = call(fake_discord)
    original = webhook(fake_discord, handle, "@original")
    assert (await caller.call("PATCH", original, {"content": "x"}))[1]["code"] == 10015
    await answer(caller, handle, 5)
    fake_discord.own_clock.advance(14 * 60)
    assert (await caller.call("PATCH", original, {"content": "song"}))[0] == 200
    fake_discord.own_clock.advance(61)
    status, error = await caller.call("PATCH", original, {"content": "late"})
    assert (status, error["code"]) == (401, 50027)


async def test_the_first_follow_up_after_a_defer_fills_the_answer(
    fake_discord: FakeDiscord, caller: Caller
) -> None:
    handle = call(fake_discord)
    await answer(caller, handle, 5)
    _, first = await caller.call("POST", webhook(fake_discord, handle), {"content": "song", "flags": 64})
    assert handle.message is not None
    assert (first["id"], handle.message.content, handle.ephemeral) == (str(handle.message.id), "song", False)
    _, second = await caller.call("POST", webhook(fake_discord, handle), {"content": "more", "flags": 64})
    assert [message.content for message in handle.followups] == ["more"]
    assert handle.followups[0].ephemeral
    path = webhook(fake_discord, handle, second["id"])
    assert (await caller.call("PATCH", path, {"content": "edited"}))[1]["content"] == "edited"
    handle.followups[0].deleted = True
    assert (await caller.call("GET", path))[1]["code"] == 10008


async def button_message(fake_discord: FakeDiscord, caller: Caller, **more: object) -> Message:
    row = {"type": 1, "components": [BUTTON | more]}
    _, sent = await caller.send(content="song", components=[row])
    return fake_discord.channel.messages[int(sent["id"])]


async def test_a_click_can_change_the_message_that_it_is_on(
    fake_discord: FakeDiscord, caller: Caller
) -> None:
    message = await button_message(fake_discord, caller)
    handle = fake_discord.member.click(message, "Stems")
    assert handle.data == {"custom_id": "stems:1", "component_type": 2, "id": 2}
    _, shown = await answer(caller, handle, 7, {"content": "stems", "components": []})
    assert shown["resource"]["message"]["id"] == str(message.id)
    assert (message.content, message.components, handle.message) == ("stems", [], message)
    with pytest.raises(ClientRefusalError):
        fake_discord.member.click(message, "Stems")


async def test_a_click_can_be_answered_with_a_reply(fake_discord: FakeDiscord, caller: Caller) -> None:
    message = await button_message(fake_discord, caller)
    handle = fake_discord.member.click(message, "Stems")
    _, shown = await answer(caller, handle, 4, {"content": "stems"})
    reply = shown["resource"]["message"]
    assert (reply["type"], reply["referenced_message"]["id"]) == (19, str(message.id))
    assert reply["interaction_metadata"]["interacted_message_id"] == str(message.id)
    assert reply["mentions"] == []


async def test_a_message_that_is_gone_cannot_be_changed_by_its_click(
    fake_discord: FakeDiscord, caller: Caller
) -> None:
    message = await button_message(fake_discord, caller)
    handle = fake_discord.member.click(message, "Stems")
    fake_discord.add_member("moderator", permissions=Permission.MANAGE_MESSAGES).delete(message)
    assert (await answer(caller, handle, 7, {"content": "stems"}))[1]["code"] == 10008
    with pytest.raises(ClientRefusalError):
        fake_discord.add_member("other").delete(fake_discord.member.write(fake_discord.channel, "mine"))


async def test_dead_buttons_cannot_be_clicked(fake_discord: FakeDiscord, caller: Caller) -> None:
    disabled = await button_message(fake_discord, caller, disabled=True)
    link = await button_message(fake_discord, caller, style=5, custom_id=None, url="https://example.com")
    deleted = await button_message(fake_discord, caller)
    fake_discord.add_member("moderator", permissions=Permission.MANAGE_MESSAGES).delete(deleted)
    for message in (disabled, link, deleted):
        with pytest.raises(ClientRefusalError):
            fake_discord.member.click(message, "Stems")


async def test_a_whispered_button_is_its_members_alone(fake_discord: FakeDiscord, caller: Caller) -> None:
    handle = call(fake_discord)
    row = {"type": 1, "components": [BUTTON]}
    await answer(caller, handle, 4, {"content": "song", "flags": 64, "components": [row]})
    message = await handle.shown()
    with pytest.raises(ClientRefusalError):
        fake_discord.add_member("other").click(message, "stems:1")
    assert fake_discord.member.click(message, "stems:1").source is message
    path = f"/channels/{fake_discord.channel.id}/messages/{message.id}"
    assert (await caller.call("GET", path))[1]["code"] == 10008


TEXT_FIELD = {"type": 4, "custom_id": "words", "style": 2, "min_length": 2, "max_length": 5}
OPTIONAL = {"type": 4, "custom_id": "mood", "style": 1, "required": False, "min_length": 2, "value": "glad"}
MODAL = {
    "title": "Lyrics",
    "custom_id": "lyrics",
    "components": [
        {"type": 18, "label": "Words", "component": TEXT_FIELD},
        {"type": 18, "label": "Mood", "component": OPTIONAL},
    ],
}


async def test_a_modal_is_checked_before_it_is_sent(fake_discord: FakeDiscord, caller: Caller) -> None:
    handle = call(fake_discord)
    await answer(caller, handle, 9, MODAL)
    for entries in ({}, {"words": "l"}, {"words": "too long"}, {"words": "la", "other": "x"},
                    {"words": "la", "mood": "x"}):  # fmt: skip
        with pytest.raises(ClientRefusalError):
            fake_discord.member.submit(handle, entries)
    for entries, mood in (({}, "glad"), ({"Mood": ""}, ""), ({"mood": "sad"}, "sad")):
        submitted = fake_discord.member.submit(handle, {"Words": "la"} | entries)
        assert [label["component"]["value"] for label in submitted.data["components"]] == ["la", mood]
    assert (await answer(caller, submitted, 9, {}))[1]["code"] == 50035
    with pytest.raises(ClientRefusalError, match="no modal"):
        fake_discord.member.submit(submitted)


async def test_a_modal_on_a_button_can_change_the_message_below(
    fake_discord: FakeDiscord, caller: Caller
) -> None:
    message = await button_message(fake_discord, caller)
    clicked = fake_discord.member.click(message, "Stems")
    await answer(caller, clicked, 9, MODAL)
    submitted = fake_discord.member.submit(clicked, words="new")
    assert submitted.source is message
    assert (await answer(caller, submitted, 6))[0] == 200
    original = webhook(fake_discord, submitted, "@original")
    assert (await caller.call("PATCH", original, {"content": "new"}))[1]["id"] == str(message.id)
    assert message.content == "new"


def call_with(fake_discord: FakeDiscord, kind: int, value: Any, **more: object) -> Interaction:  # noqa: ANN401 - of any type, right or wrong
    option = {"type": kind, "name": "value", "description": "d"} | more
    fake_discord.world.commands.replace_all([{"name": "take", "description": "d", "options": [option]}])
    return fake_discord.member.slash(fake_discord.channel, "take", value=value)


async def test_options_resolve_users_roles_and_channels(fake_discord: FakeDiscord) -> None:
    role = fake_discord.world.add_role(fake_discord.guild, "listeners")
    outsider = fake_discord.world.add_user("outsider")
    for kind, entity, part in (
        (6, fake_discord.member.user, "members"),
        (6, outsider, "users"),
        (7, fake_discord.channel, "channels"),
        (8, role, "roles"),
    ):
        data = call_with(fake_discord, kind, entity).data
        assert data["options"][0]["value"] == str(entity.id)
        assert list(data["resolved"][part]) == [str(entity.id)]
    assert "members" not in call_with(fake_discord, 6, outsider).data["resolved"]


async def test_options_take_plain_values_of_their_type_only(fake_discord: FakeDiscord) -> None:
    for kind, value in ((5, True), (10, 1.5), (4, 3), (3, "x")):
        assert call_with(fake_discord, kind, value).data["options"][0]["value"] == value
    wrong: list[tuple[int, Any, dict[str, Any]]] = [
        (5, 1, {}),
        (10, "1.5", {}),
        (4, 1.5, {}),
        (4, 2**53 + 1, {}),
        (3, "x" * 6001, {}),
        (6, fake_discord.channel, {}),
        (7, fake_discord.channel, {"channel_types": [2]}),
    ]
    for kind, value, more in wrong:
        with pytest.raises(ClientRefusalError):
            call_with(fake_discord, kind, value, **more)


async def test_a_command_without_rights_for_anyone_is_for_administrators(fake_discord: FakeDiscord) -> None:
    command = {"name": "purge", "description": "d", "default_member_permissions": "0"}
    fake_discord.world.commands.replace_all([command])
    with pytest.raises(ClientRefusalError, match="hidden"):
        fake_discord.member.slash(fake_discord.channel, "purge")
