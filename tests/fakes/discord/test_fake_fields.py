"""Every kind of field that a modal, a menu or a command can have, as the member's client fills it in."""

from typing import Any

import pytest

from tests.fakes.discord import ClientRefusalError, FakeDiscord, Interaction, Modal, Upload
from tests.fakes.discord.conftest import Caller
from tests.fakes.discord.fields import fill_in_modal
from tests.fakes.discord.resolved import Resolver

OPTIONS = [{"label": "Glad", "value": "g"}, {"label": "Sad", "value": "s"}]
CHECKBOX = {"type": 23, "custom_id": "field"}
RADIO = {"type": 21, "custom_id": "field", "options": OPTIONS}
GROUP = {"type": 22, "custom_id": "field", "options": OPTIONS, "max_values": 2}
MENU = {"type": 3, "custom_id": "field", "options": OPTIONS}
TEXT = {"type": 4, "custom_id": "field", "style": 1}
FILES = {"type": 19, "custom_id": "field", "min_values": 1, "max_values": 1}


def filled(fake_discord: FakeDiscord, field: dict[str, Any], entries: dict[str, Any]) -> dict[str, Any]:
    modal = Modal(
        "modal", "Title", [{"type": 10, "content": "x"}, {"type": 18, "label": "L", "component": field}]
    )
    components = fill_in_modal(modal, entries, Resolver(fake_discord.world, fake_discord.channel))
    assert components[0] == {"type": 10, "id": 0}
    component: dict[str, Any] = components[1]["component"]
    return component


@pytest.mark.parametrize(
    ("field", "entries", "expected"),
    [
        (CHECKBOX, {"field": True}, {"value": True}),
        (CHECKBOX | {"default": True}, {}, {"value": True}),
        (RADIO, {"L": "Sad"}, {"value": "s"}),
        (RADIO | {"required": False}, {}, {"value": None}),
        (GROUP, {"field": ["g", "Sad"]}, {"values": ["g", "s"]}),
        (MENU, {"field": ["Glad"]}, {"values": ["g"]}),
        (MENU | {"required": False}, {}, {"values": []}),
        (TEXT | {"value": "la"}, {}, {"value": "la"}),
        (TEXT | {"required": False, "min_length": 3}, {}, {"value": ""}),
    ],
)
def test_a_field_takes_what_it_offers(
    *, field: dict[str, Any], entries: dict[str, Any], expected: dict[str, Any]
) -> None:
    shown = filled(FakeDiscord(), field, entries)
    assert shown == {"type": field["type"], "id": 0, "custom_id": "field"} | expected


@pytest.mark.parametrize(
    ("field", "entries"),
    [
        (RADIO, {}),
        (RADIO, {"field": "x"}),
        (GROUP, {"field": []}),
        (GROUP, {"field": ["g", "s", "g"]}),
        (GROUP, {"field": "g"}),
        (TEXT, {"field": ["la"]}),
        (TEXT | {"min_length": 3}, {"field": "la"}),
        (FILES, {"field": ["song.mp3"]}),
        (MENU, {"field": [Upload("song.mp3", b"")]}),
        ({"type": 99, "custom_id": "field"}, {}),
    ],
)
def test_a_field_refuses_what_it_does_not_offer(*, field: dict[str, Any], entries: dict[str, Any]) -> None:
    with pytest.raises(ClientRefusalError):
        filled(FakeDiscord(), field, entries)


def call_with(fake_discord: FakeDiscord, kind: int, value: Any, **more: object) -> Interaction:  # noqa: ANN401 - of any type, right or wrong
    option = {"type": kind, "name": "value", "description": "d"} | more
    fake_discord.world.commands.replace_all(None, [{"name": "take", "description": "d", "options": [option]}])
    return fake_discord.member.slash(fake_discord.channel, "take", value=value)


def test_options_resolve_users_roles_and_channels() -> None:
    fake_discord = FakeDiscord()
    role = fake_discord.world.add_role(fake_discord.guild, "listeners")
    outsider = fake_discord.world.add_user("outsider")
    for kind, entity, part in (
        (6, fake_discord.member.user, "members"),
        (6, outsider, "users"),
        (7, fake_discord.channel, "channels"),
        (8, role, "roles"),
        (9, role, "roles"),
        (9, fake_discord.member.user, "users"),
    ):
        data = call_with(fake_discord, kind, entity).data
        assert data["options"][0]["value"] == str(entity.id)
        assert list(data["resolved"][part]) == [str(entity.id)]
    assert "members" not in call_with(fake_discord, 6, outsider).data["resolved"]


def test_options_take_plain_values_of_their_type_only() -> None:
    fake_discord = FakeDiscord()
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


def test_a_command_without_rights_for_anyone_is_for_administrators() -> None:
    fake_discord = FakeDiscord()
    command = {"name": "purge", "description": "d", "default_member_permissions": "0"}
    fake_discord.world.commands.replace_all(None, [command])
    with pytest.raises(ClientRefusalError, match="hidden"):
        fake_discord.member.slash(fake_discord.channel, "purge")


async def test_entity_menus_resolve_what_was_chosen(fake_discord: FakeDiscord, caller: Caller) -> None:
    menu = {"type": 5, "custom_id": "who", "placeholder": "Who?"}
    _, sent = await caller.send(content="x", components=[{"type": 1, "components": [menu]}])
    message = fake_discord.channel.messages[int(sent["id"])]
    handle = fake_discord.member.choose(message, "Who?", fake_discord.member.user)
    assert handle.data["values"] == [str(fake_discord.member.id)]
    assert list(handle.data["resolved"]["members"]) == [str(fake_discord.member.id)]


async def test_a_modal_on_a_button_can_change_the_message_below(
    fake_discord: FakeDiscord, caller: Caller
) -> None:
    button = {"type": 2, "style": 1, "label": "Title", "custom_id": "title"}
    _, sent = await caller.send(content="x", components=[{"type": 1, "components": [button]}])
    message = fake_discord.channel.messages[int(sent["id"])]
    clicked = fake_discord.member.click(message, "title")
    modal = {
        "title": "Title",
        "custom_id": "m",
        "components": [{"type": 18, "label": "L", "component": TEXT}],
    }

    async def answer(handle: Interaction, kind: int, data: object = None) -> tuple[int, Any]:
        path = f"/interactions/{handle.id}/{handle.token}/callback"
        return await caller.call("POST", path, {"type": kind, "data": data})

    assert await answer(clicked, 9, modal) == (204, None)
    submitted = fake_discord.member.submit(clicked, field="new")
    assert submitted.source is message
    assert await answer(submitted, 6) == (204, None)
    path = f"/webhooks/{fake_discord.bot.id}/{submitted.token}/messages/@original"
    assert (await caller.call("PATCH", path, {"content": "new"}))[1]["id"] == sent["id"]
    assert message.content == "new"
    with pytest.raises(ClientRefusalError, match="no modal"):
        fake_discord.member.submit(submitted)
