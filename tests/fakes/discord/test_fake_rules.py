"""What Discord refuses, refused here with the same code and the path of the wrong field."""

import io
from typing import Any

import aiohttp
import pytest

from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.conftest import Caller
from tests.fakes.discord.model import MIB

BUTTON = {"type": 2, "style": 1, "label": "go", "custom_id": "go"}
SELECT = {"type": 3, "custom_id": "menu", "options": [{"label": "a", "value": "a"}]}
V2 = 1 << 15
V2_FILE = {"flags": V2, "components": [{"type": 13, "file": {"url": "attachment://c.mp3"}}]}


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def buttons(count: int) -> list[dict[str, Any]]:
    return [BUTTON | {"custom_id": str(number)} for number in range(count)]


def embed_of(size: int) -> dict[str, Any]:
    return {"description": "x" * size}


def at(errors: dict[str, Any], path: str) -> str:
    for key in path.split("."):
        errors = errors[key]
    code: str = errors["_errors"][0]["code"]
    return code


WRONG_MESSAGES: list[tuple[dict[str, Any], str, str]] = [
    ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
    ({"content": 5}, "content", "BASE_TYPE_BAD_TYPE"),
    ({"content": "x", "nonce": "n" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
    ({"content": "x", "flags": 1 << 7}, "flags", "FLAGS_NOT_SETTABLE"),
    ({"content": "x", "flags": "4"}, "flags", "BASE_TYPE_BAD_TYPE"),
    ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [embed_of(4097)]}, "embeds.0.description", "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [embed_of(3001), embed_of(3000)]}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
    ({"embeds": [embed_of(1)] * 11}, "embeds", "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [{"footer": {"text": "x" * 2049}}]}, "embeds.0.footer.text", "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [{"author": {"name": "x" * 257}}]}, "embeds.0.author.name", "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [{"fields": [{"name": "a", "value": "b"}] * 26}]}, "embeds.0.fields", "BASE_TYPE_MAX_LENGTH"),
    (
        {"embeds": [{"fields": [{"name": "x" * 257, "value": "b"}]}]},
        "embeds.0.fields.0.name",
        "BASE_TYPE_MAX_LENGTH",
    ),
    (
        {"embeds": [{"fields": [{"name": "a", "value": "x" * 1025}]}]},
        "embeds.0.fields.0.value",
        "BASE_TYPE_MAX_LENGTH",
    ),
    (
        {"embeds": [{"fields": [{"name": "a", "value": " "}]}]},
        "embeds.0.fields.0.value",
        "BASE_TYPE_REQUIRED",
    ),
    ({"embeds": [{"title": "a", "url": "javascript:1"}]}, "embeds.0.url", "URL_TYPE_INVALID_SCHEME"),
    ({"embeds": [{"image": {"url": "cover.png"}}]}, "embeds.0.image.url", "URL_TYPE_INVALID_SCHEME"),
    ({"components": [row(b) for b in buttons(6)]}, "components", "BASE_TYPE_MAX_LENGTH"),
    ({"components": [row(*buttons(6))]}, "components.0.components", "BASE_TYPE_BAD_LENGTH"),
    ({"components": [row()]}, "components.0.components", "BASE_TYPE_BAD_LENGTH"),
    ({"components": [BUTTON]}, "components.0.type", "BASE_TYPE_CHOICES"),
    (
        {"components": [row(BUTTON | {"custom_id": "x" * 101})]},
        "components.0.components.0.custom_id",
        "BASE_TYPE_BAD_LENGTH",
    ),
    (
        {"components": [row(BUTTON, BUTTON)]},
        "components.0.components.1.custom_id",
        "COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
    (
        {"components": [row(BUTTON | {"label": "x" * 81})]},
        "components.0.components.0.label",
        "BASE_TYPE_MAX_LENGTH",
    ),
    (
        {"components": [row(BUTTON | {"label": ""})]},
        "components.0.components.0",
        "BUTTON_COMPONENT_INVALID_LABEL",
    ),
    (
        {"components": [row({"type": 2, "style": 5, "label": "a", "url": "javascript:1"})]},
        "components.0.components.0.url",
        "URL_TYPE_INVALID_SCHEME",
    ),
    (
        {"components": [row({"type": 2, "style": 1, "label": "a"})]},
        "components.0.components.0.custom_id",
        "BASE_TYPE_REQUIRED",
    ),
    (
        {"components": [row(SELECT, BUTTON)]},
        "components.0.components",
        "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
    ),
    (
        {"components": [row(SELECT | {"options": []})]},
        "components.0.components.0.options",
        "BASE_TYPE_BAD_LENGTH",
    ),
    (
        {"components": [row(SELECT | {"options": SELECT["options"] * 2})]},  # type: ignore[operator]  # a list in a dict of mixed values
        "components.0.components.0.options.1.value",
        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ),
    (
        {"components": [row(SELECT | {"min_values": 3, "max_values": 2})]},
        "components.0.components.0.max_values",
        "NUMBER_TYPE_MAX",
    ),
    (
        {"flags": V2, "content": "x", "components": [{"type": 10, "content": "y"}]},
        "content",
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    (
        {"flags": V2, "components": [{"type": 10, "content": "y"}] * 41},
        "components",
        "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ),
    (
        {"flags": V2, "components": [{"type": 10, "content": "y" * 2001}] * 2},
        "components",
        "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ),
    (
        {"flags": V2, "components": [{"type": 9, "components": [{"type": 10, "content": "y"}]}]},
        "components.0.accessory",
        "BASE_TYPE_REQUIRED",
    ),
    (
        {"content": "x", "components": [{"type": 10, "content": "y"}]},
        "components.0.type",
        "BASE_TYPE_CHOICES",
    ),
    (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions",
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
    (
        {"content": "x", "allowed_mentions": {"parse": ["all"]}},
        "allowed_mentions.parse.0",
        "BASE_TYPE_CHOICES",
    ),
]


@pytest.mark.parametrize(("body", "path", "code"), WRONG_MESSAGES)
async def test_a_wrong_message_is_refused(
    fake_discord: FakeDiscord, caller: Caller, *, body: dict[str, Any], path: str, code: str
) -> None:
    status, error = await caller.send(**body)
    assert (status, error["code"], at(error["errors"], path)) == (400, 50035, code)
    assert fake_discord.channel.messages == {}


async def test_what_just_fits_is_taken(caller: Caller) -> None:
    fits: list[dict[str, Any]] = [
        {"content": "x" * 2000, "nonce": "n" * 25},
        {"embeds": [embed_of(3000), embed_of(3000)]},
        {"content": "x", "components": [row(*buttons(5)), row(SELECT)]},
        {"flags": V2, "components": [{"type": 10, "content": "y"}] * 40},
        {"content": "x", "components": [row({"type": 2, "style": 6, "sku_id": "1"})]},
        {"flags": V2, "components": [{"type": 14}]},
    ]
    for body in fits:
        assert (await caller.send(**body))[0] == 200


async def test_an_empty_message_is_refused(fake_discord: FakeDiscord, caller: Caller) -> None:
    assert (await caller.send(content=" "))[1]["code"] == 50006
    _, sent = await caller.send(content="x")
    path = f"/channels/{fake_discord.channel.id}/messages/{sent['id']}"
    assert (await caller.call("PATCH", path, {"content": None}))[1]["code"] == 50006
    assert fake_discord.channel.messages[int(sent["id"])].content == "x"


async def test_files_are_limited_in_number_and_size(fake_discord: FakeDiscord, caller: Caller) -> None:
    path = f"/channels/{fake_discord.channel.id}/messages"
    status, error = await caller.call("POST", path, {}, files={f"{n}.mp3": b"x" for n in range(11)})
    assert (status, at(error["errors"], "attachments")) == (400, "BASE_TYPE_MAX_LENGTH")
    fake_discord.channel.attachment_size_limit = 9 * MIB
    status, error = await caller.call("POST", path, {}, files={"song.mp3": bytes(9 * MIB + 1)})
    assert (status, error["code"]) == (413, 40005)
    nine = {f"{n}.mp3": bytes(9 * MIB) for n in range(3)}
    status, error = await caller.call("POST", path, {}, files=nine)
    assert (status, error["code"]) == (413, 40005)
    missing = {"attachments": [{"id": 1, "filename": "b.mp3"}]}
    assert (await caller.call("POST", path, missing, files={"a.mp3": b"x"}))[1]["code"] == 50146
    for shown in ({"embeds": [{"image": {"url": "attachment://c.png"}}]}, V2_FILE):
        assert (await caller.send(**shown))[1]["code"] == 50146
    assert fake_discord.channel.messages == {}


async def test_a_body_that_is_not_what_it_says_is_refused(fake_discord: FakeDiscord, caller: Caller) -> None:
    path = f"/channels/{fake_discord.channel.id}/messages"
    headers = {"Authorization": f"Bot {fake_discord.settings.token}"}
    json_type = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(fake_discord.api_url.removesuffix("v10"), headers=headers) as session:
        for data, more, status, code in (
            (b"{", json_type, 400, 50109),
            (b"{}", {"Content-Type": "text/plain"}, 400, 50035),
            (b" " * (25 * MIB + 1), json_type, 413, 40005),
        ):
            async with session.post(f"v10{path}", data=io.BytesIO(data), headers=more) as response:
                assert (response.status, (await response.json())["code"]) == (status, code)
    assert (await caller.call("POST", path, [1]))[1]["code"] == 50035
    assert (await caller.call("PUT", f"/applications/{fake_discord.bot.id}/commands", {}))[1]["code"] == 50035


OPTION = {"type": 3, "name": "prompt", "description": "What to sing of"}
CHOICE = {"name": "a", "value": "a"}
WRONG_COMMANDS: list[tuple[dict[str, Any], str]] = [
    ({"name": "Stems"}, "0.name"),
    ({"name": "two words"}, "0.name"),
    ({"name": "x" * 33}, "0.name"),
    ({"description": ""}, "0.description"),
    ({"description": "x" * 101}, "0.description"),
    ({"type": 9}, "0.type"),
    ({"type": 2, "description": "no"}, "0.description"),
    ({"options": [OPTION | {"name": f"o{n}"} for n in range(26)]}, "0.options"),
    ({"options": [OPTION, OPTION]}, "0.options.1.name"),
    ({"options": [OPTION, OPTION | {"name": "b", "required": True}]}, "0.options.1"),
    ({"options": [OPTION | {"type": 12}]}, "0.options.0.type"),
    (
        {"options": [OPTION | {"choices": [CHOICE | {"name": str(n)} for n in range(26)]}]},
        "0.options.0.choices",
    ),
    ({"options": [OPTION | {"choices": [CHOICE, CHOICE]}]}, "0.options.0.choices.1"),
    (
        {"options": [OPTION | {"choices": [{"name": "x" * 101, "value": "a"}]}]},
        "0.options.0.choices.0.name",
    ),
    ({"options": [OPTION | {"choices": [CHOICE], "autocomplete": True}]}, "0.options.0.autocomplete"),
    ({"options": [OPTION | {"type": 5, "autocomplete": True}]}, "0.options.0.choices"),
    ({"options": [OPTION | {"min_length": 5, "max_length": 4}]}, "0.options.0.max_length"),
    ({"options": [OPTION | {"type": 1, "options": [OPTION | {"type": 1}]}]}, "0.options.0.options.0.type"),
    (
        {
            "options": [
                OPTION
                | {
                    "name": f"o{n}",
                    "choices": [{"name": f"{n}{c}" + "n" * 80, "value": "v" * 80} for c in range(25)],
                }
                for n in range(3)
            ]
        },
        "0",
    ),
]


@pytest.mark.parametrize(("change", "path"), WRONG_COMMANDS)
async def test_a_wrong_command_is_refused(
    fake_discord: FakeDiscord, caller: Caller, *, change: dict[str, Any], path: str
) -> None:
    command = {"name": "stems", "description": "Splits a song"} | change
    status, error = await caller.call("PUT", f"/applications/{fake_discord.bot.id}/commands", [command])
    assert (status, error["code"]) == (400, 50035)
    assert at(error["errors"], path)
    assert fake_discord.world.commands.listed(None) == []


async def test_too_many_or_equal_commands_are_refused(fake_discord: FakeDiscord, caller: Caller) -> None:
    path = f"/applications/{fake_discord.bot.id}/commands"
    one = {"name": "stems", "description": "Splits a song"}
    many = [one | {"name": f"c{n}"} for n in range(101)]
    assert (await caller.call("PUT", path, many))[1]["code"] == 30032
    assert (await caller.call("PUT", path, many[:100]))[0] == 200
    _, error = await caller.call("PUT", path, [one, one])
    assert at(error["errors"], "1.name") == "APPLICATION_COMMANDS_DUPLICATE_NAME"
