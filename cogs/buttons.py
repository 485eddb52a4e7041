"""Buttons that work for ever: all they need is in their `custom_id`, so a restart does not matter.

`presses` says what each does.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Self

import discord
from discord import ui

from cogs import messages
from cogs.answers import Interaction
from cogs.text import ID
from jobs.models import Clip, Job, Order, Post
from jobs.states import JobState

_Button = ui.Button[ui.View]
_GREY, _BLUE, _RED = discord.ButtonStyle.secondary, discord.ButtonStyle.primary, discord.ButtonStyle.danger
# Discord has five rows; the last is for the job itself.
_MAX_CLIP_ROWS = 4

Price = Callable[[Order], int]


class ActionButton(
    ui.DynamicItem[_Button], template=r"encore:(?P<act>[a-z-]+):(?P<subject>[\w-]+)(?::[0-9a-f]*)?"
):
    """A button that names an act and its subject (a job's number or a clip's id)."""

    def __init__(self, button: _Button, act: str, subject: str) -> None:
        super().__init__(button)
        self.act = act
        self.subject = subject

    @classmethod
    async def from_custom_id(
        cls, _interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed, made anew from its id."""
        if not isinstance(item, ui.Button):
            raise TypeError(f"{match.string} is not the id of a button")
        return cls(item, match["act"], match["subject"])

    async def callback(self, interaction: Interaction) -> None:
        """Called by discord.py when the button is pressed."""
        await interaction.client.pressed(self.act, self.subject, interaction)


def stems_order(clip_id: str, tracks: str, title: str = "") -> Order:
    """Stems of a clip; `tracks` is `basic` or `full`."""
    return Order(f"suno.stems_{tracks}", {"clip_id": clip_id}, title or clip_id, source_clip_id=clip_id)


def wav_order(clip_id: str, title: str = "") -> Order:
    """The WAV of a clip."""
    return Order("suno.wav", {"clip_id": clip_id}, title or clip_id, source_clip_id=clip_id)


def card_buttons(job: Job) -> ui.View:
    """Under the card of a job that waits."""
    return _view([_button("Cancel", "cancel", str(job.id))])


def result_buttons(job: Job, clips: Sequence[Clip], post: Post, price: Price) -> ui.View:
    """Under a delivery: what can be done next with each result, and the job itself."""
    rows = [
        _next_steps(clip, price, numbered=len(clips) > 1)
        for clip in clips
        if clip.kind == "song" and not clip.error and ID.fullmatch(clip.clip_id)
    ]
    last = [_details(job, post)]
    if job.operation in ("suno.create", "suno.custom"):
        order = Order(job.operation, job.params, job.summary)
        last.insert(0, _button(f"Again · {messages.credits_text(price(order))}", "again", str(job.id)))
    return _view(*rows[:_MAX_CLIP_ROWS], last)


def news_buttons(job: Job, post: Post, price: Price) -> ui.View:
    """Under bad news: what can be done about it, the free way first."""
    cost = messages.credits_text(price(Order(job.operation, job.params, job.summary)))
    if job.state is JobState.HELD:
        choice = [
            _button(f"Try again · {cost}", "retry", str(job.id), _BLUE),
            _button("Give up", "give-up", str(job.id), _RED),
        ]
        return _view([*choice, _details(job, post)])
    again = [_button(f"Try again · {cost}", "again", str(job.id))]
    if messages.can_look_again(job):
        again.insert(0, _button("Look again · free", "send", str(job.id), _BLUE))
    return _view([*again, _details(job, post)])


def clip_buttons(clip: Clip, price: Price) -> ui.View:
    """Under the card of one clip."""
    return _view(_next_steps(clip, price, numbered=False))


def marker(post: Post) -> str:
    """What a delivered message can be found by: part of the `custom_id` of one of its buttons."""
    return f":{post.nonce}"


def _next_steps(clip: Clip, price: Price, *, numbered: bool) -> list[ActionButton]:
    name = f"{clip.part[:20].capitalize()} · " if numbered and clip.part else ""
    choices = (
        ("Stems", "basic", stems_order(clip.clip_id, "basic"), _BLUE),
        ("All stems", "full", stems_order(clip.clip_id, "full"), _GREY),
        ("WAV", "wav", wav_order(clip.clip_id), _GREY),
    )
    return [
        _button(f"{name}{label} · {messages.credits_text(price(order))}", act, clip.clip_id, style)
        for label, act, order, style in choices
    ]


def _details(job: Job, post: Post) -> ActionButton:
    return _button(f"Job #{job.id}", "job", str(job.id), mark=marker(post))


def _button(
    label: str, act: str, subject: str, style: discord.ButtonStyle = _GREY, *, mark: str = ""
) -> ActionButton:
    button: _Button = ui.Button(label=label[:80], style=style, custom_id=f"encore:{act}:{subject}{mark}")
    return ActionButton(button, act, subject)


def _view(*rows: Sequence[ActionButton]) -> ui.View:
    view = ui.View(timeout=None)
    for number, row in enumerate(rows):
        for button in row:
            button.row = number
            view.add_item(button)
    return view
