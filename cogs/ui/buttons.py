"""Buttons that survive a restart: all they need is in their `custom_id`.

Their actions are in `cogs.ordering.button_actions`; the action of a button may be the name of an operation.
"""

import re
from collections.abc import Sequence
from typing import Any, Self

import discord
from discord import ui

from cogs.text import job_messages, labels
from cogs.text.clean import ID, clean_label, credits_text
from cogs.text.form_specs import FORMS
from jobs.models import Clip, Job, Params, Post, Profile
from jobs.models.states import JobState
from jobs.orders.results import next_steps

_Button = ui.Button[ui.View]
_GREY, _BLUE, _RED = discord.ButtonStyle.secondary, discord.ButtonStyle.primary, discord.ButtonStyle.danger
# Discord allows five rows of five; under a delivery the last row is for the job itself.
_MAX_CLIP_ROWS = 4
_MAX_IN_ROW = 5
# Results that lead on to something. Stems do as well, but twelve rows of buttons would bury them.
_LEADING = frozenset({"song", "upload", "persona", "lyrics"})


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


def card_buttons(job: Job) -> ui.View:
    return _view([_button(labels.CANCEL, "cancel", str(job.id))])


def list_buttons(jobs: Sequence[Job]) -> ui.View:
    unsent = [job.id for job in jobs if job.state is JobState.ACCEPTED]
    held = [job.id for job in jobs if job.state is JobState.HELD]
    buttons = [_button(f"{labels.CANCEL} #{job_id}", "cancel", str(job_id)) for job_id in unsent]
    buttons += [_button(f"{labels.GIVE_UP} #{job_id}", "give-up", str(job_id), _RED) for job_id in held]
    return _view(*_folded(buttons[: _MAX_IN_ROW * _MAX_IN_ROW]))


def result_buttons(job: Job, clips: Sequence[Clip], post: Post, catalogue: Profile) -> ui.View:
    """Offer the next steps for each result, and the job itself."""
    leading = [clip for clip in clips if clip.kind in _LEADING and not clip.error]
    rows = [_next_steps(clip, catalogue, numbered=len(leading) > 1) for clip in leading]
    if len(rows) == 1:  # there is room for all; of several takes `/clip` has the rest
        rows = _folded(rows[0])
    rows = [row[:_MAX_IN_ROW] for row in rows]
    if all(clip.kind == "lyrics" for clip in leading):  # one button a version, side by side like the words
        rows = [[button for row in rows for button in row][:_MAX_IN_ROW]]
    rows = [row for row in rows if row][:_MAX_CLIP_ROWS]
    incomplete = post.missing or post.failed or post.lost
    look = [_button(labels.LOOK_AGAIN, "look", str(job.id), _BLUE)] if incomplete else []
    again = _again(job, catalogue) if post.said or post.lost else []
    return _view(*rows, [*look, *again, _details(job, post)])


def news_buttons(job: Job, post: Post, catalogue: Profile) -> ui.View:
    """Offer the ways on after bad news, the free one first."""
    cost = _cost(catalogue, job.operation, job.params)
    if job.state is JobState.UNDELIVERABLE:
        return _view([_button(labels.REPOST, "send", str(job.id), _BLUE), _details(job, post)])
    if job.state is JobState.HELD:
        choice = [
            _button(labels.CHECK_AGAIN, "check", str(job.id)),
            _button(f"{labels.TRY_AGAIN} · {cost}", "retry", str(job.id), _BLUE),
            _button(labels.GIVE_UP, "give-up", str(job.id), _RED),
        ]
        return _view([*choice, _details(job, post)])
    if job.state is JobState.CANCELLED:
        return _view([_details(job, post)])
    again: list[ActionButton] = []
    if job_messages.can_look_again(job):
        again.append(_button(labels.LOOK_AGAIN, "look", str(job.id), _BLUE))
    if job_messages.can_try_again(job):
        again.append(_button(f"{labels.TRY_AGAIN} · {cost}", "again", str(job.id)))
    if job.operation in FORMS and job_messages.can_try_again(job, changed=True):
        again.append(_button(labels.CHANGE_AND_TRY_AGAIN, "edit", str(job.id)))
    return _view([*again, _details(job, post)])


def clip_buttons(clip: Clip, catalogue: Profile) -> ui.View:
    return _view(*_folded(_next_steps(clip, catalogue, numbered=False)))


def choice_buttons(clips: Sequence[Clip], operation: str, catalogue: Profile) -> ui.View:
    """Offer the clips of a message that holds several."""
    cost = _cost(catalogue, operation, {})
    found = [(clip.part.capitalize() or clip.title, clip.clip_id) for clip in clips]
    buttons = [
        _button(f"{clean_label(name, 50)} · {cost}", operation, clip_id, _BLUE)
        for name, clip_id in found[: _MAX_IN_ROW * _MAX_IN_ROW]
    ]
    return _view(*_folded(buttons))


def edit_button(draft_id: int) -> ui.View:
    return _view([_button(labels.CHANGE_IT, "draft", str(draft_id), _BLUE)])


def agree_button(draft_id: int, price: int) -> ui.View:
    """Agree to a price; the button names it, as prices can change."""
    label = f"{labels.ORDER_IT} · {credits_text(price)}"
    return _view([_button(label, "agree", f"{draft_id}-{price}", _BLUE)])


def custom_ids(message: discord.Message) -> list[str]:
    return [
        child.custom_id or ""
        for row in message.components
        if isinstance(row, discord.ActionRow)
        for child in row.children
        if isinstance(child, discord.Button)
    ]


def is_card_of(job: Job, custom_id: str) -> bool:
    return custom_id == f"encore:cancel:{job.id}"


def marker(post: Post) -> str:
    """Return the part of a button's `custom_id` by which a delivered message can be found."""
    return f":{post.nonce}"


def _next_steps(clip: Clip, catalogue: Profile, *, numbered: bool) -> list[ActionButton]:
    name = f"{clean_label(clip.part, 20).capitalize()} · " if numbered and clip.part else ""
    if clip.kind == "lyrics":
        return [_button(f"{name}{labels.SING_THIS}", "words", f"{clip.job_id}-{clip.position}", _BLUE)]
    if not ID.fullmatch(clip.clip_id):
        return []
    return [
        _button(
            f"{name}{labels.step(operation)} · {_cost(catalogue, operation, {})}",
            operation,
            clip.clip_id,
            _GREY if index else _BLUE,
        )
        for index, operation in enumerate(sorted(next_steps(clip, catalogue), key=labels.step_order))
    ]


def _again(job: Job, catalogue: Profile) -> list[ActionButton]:
    """Offer the same job again, or changed; a second persona of one song would be nothing new."""
    if job.operation not in FORMS or catalogue.terms(job.operation).makes == "persona":
        return []
    cost = _cost(catalogue, job.operation, job.params)
    return [
        _button(f"{labels.AGAIN} · {cost}", "again", str(job.id)),
        _button(labels.AGAIN_CHANGED, "edit", str(job.id)),
    ]


def _details(job: Job, post: Post) -> ActionButton:
    return _button(f"Job #{job.id}", "job", str(job.id), mark=marker(post))


def _cost(catalogue: Profile, operation: str, params: Params) -> str:
    return credits_text(catalogue.price(operation, params))


def _button(
    label: str, action: str, subject: str, style: discord.ButtonStyle = _GREY, *, mark: str = ""
) -> ActionButton:
    button: _Button = ui.Button(label=label[:80], style=style, custom_id=f"encore:{action}:{subject}{mark}")
    return ActionButton(button, action, subject)


def _folded(buttons: list[ActionButton]) -> list[list[ActionButton]]:
    return [buttons[first : first + _MAX_IN_ROW] for first in range(0, len(buttons), _MAX_IN_ROW)]


def _view(*rows: Sequence[ActionButton]) -> ui.View:
    view = ui.View(timeout=None)
    for number, row in enumerate(rows):
        for button in row:
            button.row = number
            view.add_item(button)
    return view
