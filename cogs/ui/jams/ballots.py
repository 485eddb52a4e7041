"""A ballot: a private menu of letters, in pages of 25. What was picked stays in the database."""

import re
from typing import Any, Self

import discord
from discord import ui

from cogs.text.jams import answers
from cogs.ui.controls import GREY, Control, button, view
from jobs.models.jam import Jam
from jobs.store.queries.jams.ballots import Ballot

PAGE = 25
_Select = ui.Select[ui.View]


class PickMenu(ui.DynamicItem[_Select], template=r"encore-picks:(?P<subject>\d{1,18}-\d{1,3})"):
    """A menu from which several are picked at once; they are in the interaction."""

    def __init__(self, item: _Select, subject: str) -> None:
        super().__init__(item)
        self._subject = subject

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        if not isinstance(item, ui.Select):
            raise TypeError(f"{match.string} is not the id of a menu")
        return cls(item, match["subject"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.client.button_pressed("jam-pick", self._subject, interaction)


def ballot(jam: Jam, found: Ballot, page: int) -> ui.View:
    """Offer the letters of a page, those picked marked as such."""
    shown = page_of(found, page)
    options = [
        discord.SelectOption(label=letter, value=letter, default=letter in found.picked) for letter in shown
    ]
    most = min(len(options), jam.picks)
    # Where more is picked on this page than may be, Discord refuses the menu.
    for option in [one for one in options if one.default][most:]:
        option.default = False
    menu: _Select = ui.Select(
        custom_id=f"encore-picks:{jam.id}-{page}",
        placeholder=answers.PICK,
        options=options,
        min_values=0,
        max_values=most,
    )
    pages = -(-len(found.choices) // PAGE)
    turns = [
        button(label, Control(label, "jam-ballot", f"{jam.id}-{to}", style=GREY))
        for label, to in ((answers.BEFORE, page - 1), (answers.NEXT, page + 1))
        if 0 <= to < pages
    ]
    return view([PickMenu(menu, f"{jam.id}-{page}")], turns)


def page_of(found: Ballot, page: int) -> list[str]:
    """The letters on a page."""
    return [one.letter for one in found.choices][page * PAGE : (page + 1) * PAGE]


def letters_on(message: discord.Message | None) -> list[str]:
    """The letters of a ballot as it was shown: a removal since then has moved those of later pages."""
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)] if message else []
    menus = [child for row in rows for child in row.children if isinstance(child, discord.SelectMenu)]
    return [option.value for menu in menus for option in menu.options]
