"""What Discord refuses, refused here with the same code and the path of the wrong field."""

import io
from typing import Any

import aiohttp
import pytest

from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.conftest import Caller
from tests.fakes.discord.errors import DiscordError
from tests.fakes.discord.model import MIB
from tests.fakes.discord.rules.modals import check_choices, check_modal

Body = dict[str, Any]
SHORT_MAX, BAD_LENGTH, NONE_OF = "BASE_TYPE_MAX_LENGTH", "BASE_TYPE_BAD_LENGTH", "BASE_TYPE_CHOICES"
REQUIRED, BAD_TYPE, BAD_SCHEME = "BASE_TYPE_REQUIRED", "BASE_TYPE_BAD_TYPE", "URL_TYPE_INVALID_SCHEME"
BUTTON = {"type": 2, "style": 1, "label": "go", "custom_id": "go"}
IN_ROW = "components.0.components"
OPTION: Body = {"label": "Take 1", "value": "stems:1"}
MENU: Body = {"type": 3, "custom_id": "menu", "options": [OPTION]}
FIELD = "embeds.0.fields.0"


def rows(*components: Body) -> Body:
    return {"components": [{"type": 1, "components": list(components)}]}


def buttons(count: int) -> list[Body]:
    return [BUTTON | {"custom_id": str(number)} for number in range(count)]


def embed(**parts: object) -> Body:
    return {"embeds": [parts]}


def field(**change: object) -> Body:
    return embed(fields=[{"name": "a", "value": "b"} | change])


def at(errors: Body, path: str) -> str:
    for key in path.split("."):
        errors = errors[key]
    code: str = errors["_errors"][0]["code"]
    return code


WRONG_MESSAGES: list[tuple[Body, str, str]] = [
    ({"content": "x" * 2001}, "content", SHORT_MAX),
    ({"content": 5}, "content", BAD_TYPE),
    ({"content": "x", "nonce": "n" * 26}, "nonce", SHORT_MAX),
    ({"content": "x", "flags": 1 << 7}, "flags", "FLAGS_NOT_SETTABLE"),
    ({"content": "x", "flags": 1 << 15}, "flags", "FLAGS_NOT_SETTABLE"),
    ({"content": "x", "flags": "4"}, "flags", BAD_TYPE),
    (embed(title="x" * 257), "embeds.0.title", SHORT_MAX),
    (embed(description="x" * 4097), "embeds.0.description", SHORT_MAX),
    ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
    ({"embeds": [{"description": "x"}] * 11}, "embeds", SHORT_MAX),
    (embed(footer={"text": "x" * 2049}), "embeds.0.footer.text", SHORT_MAX),
    (embed(author={"name": "x" * 257}), "embeds.0.author.name", SHORT_MAX),
    (embed(fields=[{"name": "a", "value": "b"}] * 26), "embeds.0.fields", SHORT_MAX),
    (field(name="x" * 257), f"{FIELD}.name", SHORT_MAX),
    (field(value="x" * 1025), f"{FIELD}.value", SHORT_MAX),
    (field(value=" "), f"{FIELD}.value", REQUIRED),
    (embed(title="a", url="javascript:1"), "embeds.0.url", BAD_SCHEME),
    (embed(image={"url": "cover.png"}), "embeds.0.image.url", BAD_SCHEME),
    ({"components": rows(BUTTON)["components"] * 6}, "components", SHORT_MAX),
    (rows(*buttons(6)), IN_ROW, BAD_LENGTH),
    (rows(), IN_ROW, BAD_LENGTH),
    ({"components": [BUTTON]}, "components.0.type", NONE_OF),
    ({"content": "x", "components": [{"type": 10, "content": "y"}]}, "components.0.type", NONE_OF),
    (rows(MENU, BUTTON), f"{IN_ROW}.0.type", NONE_OF),
    (rows(MENU | {"type": 5}), f"{IN_ROW}.0.type", NONE_OF),
    (rows(MENU | {"custom_id": ""}), f"{IN_ROW}.0.custom_id", REQUIRED),
    (rows(MENU | {"placeholder": "x" * 151}), f"{IN_ROW}.0.placeholder", SHORT_MAX),
    (rows(MENU | {"options": []}), f"{IN_ROW}.0.options", BAD_LENGTH),
    (rows(MENU | {"options": [OPTION | {"value": str(n)} for n in range(26)]}), f"{IN_ROW}.0.options",
     BAD_LENGTH),
    (rows(MENU | {"options": [OPTION | {"label": "x" * 101}]}), f"{IN_ROW}.0.options.0.label", SHORT_MAX),
    (rows(MENU | {"options": [OPTION | {"value": ""}]}), f"{IN_ROW}.0.options.0.value", REQUIRED),
    (rows(MENU | {"options": [OPTION, OPTION]}), f"{IN_ROW}.0.options.1.value",
     "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"),
    (rows(BUTTON | {"style": 9}), f"{IN_ROW}.0.style", NONE_OF),
    (rows(BUTTON | {"custom_id": "x" * 101}), f"{IN_ROW}.0.custom_id", BAD_LENGTH),
    (rows(BUTTON, BUTTON), f"{IN_ROW}.1.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
    (rows(BUTTON | {"label": "x" * 81}), f"{IN_ROW}.0.label", SHORT_MAX),
    (rows(BUTTON | {"label": ""}), f"{IN_ROW}.0", "BUTTON_COMPONENT_INVALID_LABEL"),
    (rows({"type": 2, "style": 5, "label": "a", "url": "javascript:1"}), f"{IN_ROW}.0.url", BAD_SCHEME),
    (rows({"type": 2, "style": 1, "label": "a"}), f"{IN_ROW}.0.custom_id", REQUIRED),
    ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "allowed_mentions",
     "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"),
    ({"content": "x", "allowed_mentions": {"parse": ["all"]}}, "allowed_mentions.parse.0", NONE_OF),
]  # fmt: skip


@pytest.mark.parametrize(("body", "path", "code"), WRONG_MESSAGES)
async def test_a_wrong_message_is_refused(
    fake_discord: FakeDiscord, caller: Caller, *, body: Body, path: str, code: str
) -> None:
    status, error = await caller.send(**body)
    assert (status, error["code"], at(error["errors"], path)) == (400, 50035, code)
    assert fake_discord.channel.messages == {}


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2000, "nonce": "n" * 25},
        {"embeds": [{"description": "x" * 3000}] * 2},
        {"content": "x", **rows(*buttons(5))},
        {"content": "x", **rows(MENU)},
    ],
)
async def test_what_just_fits_is_taken(caller: Caller, body: Body) -> None:
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
    assert (status, at(error["errors"], "attachments")) == (400, SHORT_MAX)
    fake_discord.channel.attachment_size_limit = 9 * MIB
    for files in ({"a": bytes(9 * MIB + 1)}, {f"{n}.mp3": bytes(9 * MIB) for n in range(3)}):
        status, error = await caller.call("POST", path, {}, files=files)
        assert (status, error["code"]) == (413, 40005)
    missing = {"attachments": [{"id": 1, "filename": "b.mp3"}]}
    assert (await caller.call("POST", path, missing, files={"a.mp3": b"x"}))[1]["code"] == 50146
    assert (await caller.send(**embed(image={"url": "attachment://c.png"})))[1]["code"] == 50146
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
WIDE = [{"name": f"{number}" + "n" * 80, "value": "v" * 80} for number in range(25)]


def option(**change: object) -> Body:
    return {"options": [OPTION | change]}


WRONG_COMMANDS: list[tuple[Body, str]] = [
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
    (option(type=12), "0.options.0.type"),
    (option(choices=[CHOICE | {"name": str(n)} for n in range(26)]), "0.options.0.choices"),
    (option(choices=[CHOICE, CHOICE]), "0.options.0.choices.1"),
    (option(choices=[{"name": "x" * 101, "value": "a"}]), "0.options.0.choices.0.name"),
    (option(choices=[CHOICE], autocomplete=True), "0.options.0.autocomplete"),
    (option(type=5, autocomplete=True), "0.options.0.choices"),
    (option(min_length=5, max_length=4), "0.options.0.max_length"),
    (option(type=1, options=[OPTION | {"type": 1}]), "0.options.0.options.0.type"),
    ({"options": [OPTION | {"name": f"o{n}", "choices": WIDE} for n in range(3)]}, "0"),
]


@pytest.mark.parametrize(("change", "path"), WRONG_COMMANDS)
async def test_a_wrong_command_is_refused(
    fake_discord: FakeDiscord, caller: Caller, *, change: Body, path: str
) -> None:
    command = {"name": "stems", "description": "Splits a song"} | change
    status, error = await caller.call("PUT", f"/applications/{fake_discord.bot.id}/commands", [command])
    assert (status, error["code"]) == (400, 50035)
    assert at(error["errors"], path)
    assert fake_discord.world.commands.listed == []


async def test_too_many_or_equal_commands_are_refused(fake_discord: FakeDiscord, caller: Caller) -> None:
    path = f"/applications/{fake_discord.bot.id}/commands"
    one = {"name": "stems", "description": "Splits a song"}
    many = [one | {"name": f"c{n}"} for n in range(101)]
    assert (await caller.call("PUT", path, many))[1]["code"] == 30032
    assert (await caller.call("PUT", path, many[:100]))[0] == 200
    _, error = await caller.call("PUT", path, [one, one])
    assert at(error["errors"], "1.name") == "APPLICATION_COMMANDS_DUPLICATE_NAME"


TEXT = {"type": 4, "custom_id": "words", "style": 1}
LABEL = {"type": 18, "label": "Words", "component": TEXT}


def text(**change: object) -> Body:
    return {"components": [LABEL | {"component": TEXT | change}]}


def label(**change: object) -> Body:
    return {"components": [LABEL | change]}


WRONG_MODALS: list[tuple[Body, str]] = [
    ({"title": ""}, "title"),
    ({"title": "x" * 46}, "title"),
    ({"custom_id": ""}, "custom_id"),
    ({"custom_id": "x" * 101}, "custom_id"),
    ({"components": []}, "components"),
    ({"components": [LABEL | {"component": TEXT | {"custom_id": str(n)}} for n in range(6)]}, "components"),
    ({"components": [TEXT]}, "components.0.type"),
    ({"components": [LABEL, LABEL]}, "components.1.component.custom_id"),
    (label(label=""), "components.0.label"),
    (label(label="x" * 46), "components.0.label"),
    (label(description="x" * 101), "components.0.description"),
    (text(type=2), "components.0.component.type"),
    (text(custom_id=None), "components.0.component.custom_id"),
    (text(style=3), "components.0.component.style"),
    (text(placeholder="x" * 101), "components.0.component.placeholder"),
    (text(value="x" * 4001), "components.0.component.value"),
    (text(min_length=5, max_length=4), "components.0.component.max_length"),
    (text(max_length=4001), "components.0.component.max_length"),
    (text(min_length=-1), "components.0.component.max_length"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "path"), WRONG_MODALS)
def test_a_wrong_modal_is_refused(*, change: Body, path: str) -> None:
    with pytest.raises(DiscordError) as caught:
        check_modal({"title": "Lyrics", "custom_id": "lyrics", "components": [LABEL]} | change)
    assert (caught.value.status, caught.value.code) == (400, 50035)
    errors = caught.value.errors or {}
    for key in ("data", *path.split("."), "_errors"):
        assert list(errors) == [key]
        errors = errors[key] if key != "_errors" else errors


@pytest.mark.parametrize(
    "choices",
    [
        None,
        [{"name": "x", "value": "v"}] * 26,
        [{"name": "", "value": "v"}],
        [{"name": "x" * 101, "value": "v"}],
        [{"name": "x", "value": "v" * 101}],
        [{"name": "x", "value": None}],
        [{"name": "x", "value": True}],
    ],
)
def test_wrong_choices_are_refused(choices: object) -> None:
    with pytest.raises(DiscordError):
        check_choices({"choices": choices})


def test_good_modals_and_choices_are_taken() -> None:
    check_modal({"title": "x" * 45, "custom_id": "m", "components": [LABEL]})
    check_choices({"choices": [{"name": "x", "value": value} for value in ("v", 1, 1.5)]})
