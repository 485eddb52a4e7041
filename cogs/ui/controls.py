"""Buttons and menus that survive a restart: all they need is in their ids, and in the values of a menu.

Their actions are in `cogs.ordering.button_actions`; an action may be the name of an operation.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import discord
from discord import ui
from discord.http import Route

from cogs.connection.reasons import reason
from cogs.text import job_messages, labels
from cogs.ui.interactions import TRANSPORT_ERRORS, AnswerRefused, Interaction, edit, reply, update

log = logging.getLogger(__name__)

GREY, BLUE, RED = discord.ButtonStyle.secondary, discord.ButtonStyle.primary, discord.ButtonStyle.danger
MAX_IN_ROW = 5
_MAX_ENTRIES = 25
# What a row has on a phone of 400 pixels, with a gap after each button; and what a button takes of it.
_ROW_PIXELS, _BUTTON_PIXELS, _CHARACTER_PIXELS = 320, 32, 6.6

_MENU = discord.ComponentType.string_select.value

# The ids of what asks for one answer: to agree to a price, to change an order that was refused.
_QUESTION = re.compile(r"encore:(?:agree|draft):")

_Button = ui.Button[ui.View]
_Select = ui.Select[ui.View]


@dataclass(frozen=True, slots=True)
class Control:
    """Something that can be pressed, or chosen from a menu.

    Attributes:
        label: In a menu, and where it is a button without one.
        short: Where it is a button beside a menu; empty for one that is then in the menu alone.
        hint: Below the label in a menu.
        in_menu: Whether a menu holds it; what it does not hold is always a button.
    """

    label: str
    action: str
    subject: str
    short: str = ""
    style: discord.ButtonStyle = GREY
    in_menu: bool = True
    hint: str = ""

    @property
    def value(self) -> str:
        return f"{self.action}:{self.subject}"


class ActionButton(
    ui.DynamicItem[_Button], template=r"encore:(?P<action>[a-z._-]+):(?P<subject>[\w-]+)(?::[0-9a-f]*)?"
):
    """A button with an action and its subject (a job's number or a clip's id)."""

    def __init__(self, button: _Button, action: str, subject: str) -> None:
        super().__init__(button)
        self.action = action
        self.subject = subject

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        if not isinstance(item, ui.Button):
            raise TypeError(f"{match.string} is not the id of a button")
        return cls(item, match["action"], match["subject"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.client.button_pressed(self.action, self.subject, interaction)


class ActionMenu(ui.DynamicItem[_Select], template=r"encore-menu:[\w-]+(?::[0-9a-f]*)?"):
    """A menu whose entries have an action and its subject as their values."""

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        if not isinstance(item, ui.Select):
            raise TypeError(f"{match.string} is not the id of a menu")
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        action, _, subject = next(iter(self.item.values), "").partition(":")
        await interaction.client.button_pressed(action, subject.removesuffix(":"), interaction)
        await _show_question(interaction)


async def _show_question(interaction: discord.Interaction[Any]) -> None:
    """Have the menu ask again: Discord goes on showing the choice, and takes it again only after an edit.

    With other values, here one more colon or one less, no client can take the choice for one of these.
    """
    asked = interaction.message
    if asked is None or asked.flags.ephemeral:
        return
    rows: list[dict[str, Any]] = [{**row.to_dict()} for row in asked.components]
    for menu in (child for row in rows for child in row.get("components", ()) if child["type"] == _MENU):
        for option in menu["options"]:
            value = option["value"]
            option["value"] = value.removesuffix(":") if value.endswith(":") else f"{value}:"
    route = Route(
        "PATCH",
        "/channels/{channel_id}/messages/{message_id}",
        channel_id=asked.channel.id,
        message_id=asked.id,
    )
    try:
        await interaction.client.http.request(route, json={"components": rows})
    except (discord.HTTPException, *TRANSPORT_ERRORS) as error:
        log.info("a menu stays on what was chosen (%s)", reason(error))


def controls(offered: Iterable[Control], subject: str, *, mark: str = "") -> ui.View:
    """Show what is offered in one row of buttons or, where a phone has no room for that, in a menu and a row.

    `mark` becomes part of the menu's id, and of a button's that has the action `job` where there is no menu.
    """
    by_value: dict[str, Control] = {}
    for control in offered:  # Discord takes no id twice
        by_value.setdefault(control.value, control)
    distinct = [*by_value.values()]
    if len(distinct) <= MAX_IN_ROW and _width(control.label for control in distinct) <= _ROW_PIXELS:
        buttons = [
            button(control.label, control, mark=mark if control.action == "job" else "")
            for control in distinct
        ]
        return view(buttons)
    entries = [control for control in distinct if control.in_menu][:_MAX_ENTRIES]
    return view([_menu(entries, f"encore-menu:{subject}{mark}")], [*_most_used(distinct)])


def _menu(entries: Sequence[Control], custom_id: str) -> ActionMenu:
    options = [
        discord.SelectOption(label=entry.label[:100], value=entry.value, description=entry.hint or None)
        for entry in entries
    ]
    return ActionMenu(ui.Select(custom_id=custom_id, placeholder=labels.WHAT_NEXT, options=options))


def _most_used(offered: Sequence[Control]) -> Iterator[ActionButton]:
    """Make buttons of those that have a short label, as far as the row goes."""
    always = [control for control in offered if not control.in_menu]
    chosen: list[Control] = []
    for control in offered:
        row = [*chosen, *([control] if control.in_menu else []), *always]
        if control.in_menu and control.short and len(row) <= MAX_IN_ROW:
            if _width(one.short or one.label for one in row) > _ROW_PIXELS:
                break
            chosen.append(control)
    for control in (*chosen, *always):
        yield button(control.short or control.label, control)


def _width(shown: Iterable[str]) -> float:
    return sum(_BUTTON_PIXELS + len(label) * _CHARACTER_PIXELS for label in shown)


def button(label: str, control: Control, *, mark: str = "") -> ActionButton:
    custom_id = f"encore:{control.value}{mark}"
    made: _Button = ui.Button(label=label[:80], style=control.style, custom_id=custom_id)
    return ActionButton(made, control.action, control.subject)


def view(*rows: Sequence[ui.Item[Any]]) -> ui.View:
    shown = ui.View(timeout=None)
    for number, row in enumerate(filter(None, rows)):
        for item in row:
            item.row = number
            shown.add_item(item)
    return shown


def folded(offered: Sequence[Control], last: Sequence[ActionButton] = ()) -> ui.View:
    """Show buttons in as many rows as it takes, of those that a message may have, and a `last` row."""
    buttons = [button(control.label, control) for control in offered[: MAX_IN_ROW * MAX_IN_ROW]]
    rows = (buttons[first : first + MAX_IN_ROW] for first in range(0, len(buttons), MAX_IN_ROW))
    return view(*rows, last)


async def replace_question(interaction: Interaction, text: str, *, view: ui.View | None = None) -> None:
    """Put a text in the place of the private question that was answered; reply where there is none."""
    try:
        if not answers_question(interaction):
            await reply(interaction, text, **({} if view is None else {"view": view}))
        elif interaction.response.is_done():
            await edit(interaction, content=text, view=view)
        else:
            await update(interaction, content=text, view=view)
    except (AnswerRefused, discord.HTTPException) as error:
        log.warning("a question was not replaced (%s)", reason(error))


def answers_question(interaction: Interaction) -> bool:
    """Whether it comes from a private message that asks for no more than this one answer."""
    asked = interaction.message
    if asked is None or not asked.flags.ephemeral:
        return False
    return asked.content == job_messages.WHICH or any(_QUESTION.match(one) for one in custom_ids(asked))


def custom_ids(message: discord.Message) -> list[str]:
    """The ids of a message's buttons and menus."""
    return [
        child.custom_id or ""
        for row in message.components
        if isinstance(row, discord.ActionRow)
        for child in row.children
        if isinstance(child, discord.Button | discord.SelectMenu)
    ]
