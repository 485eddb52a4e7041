"""Forms: for long text, and to change an order that was rejected or placed before.

The rest of the order waits as a draft in the database, so a form opened before a restart still counts.
"""

from dataclasses import replace
from typing import Any

import discord
from discord import ui

from cogs.ordering.place_order import offer_change, origin_of, place_order
from cogs.text import clean, job_messages
from cogs.text.clean import credits_text, number, replace_surrogates
from cogs.text.form_specs import ASKED, FORMS, Field
from cogs.ui.interactions import Interaction, guild_of, open_modal, reply
from jobs.models import Order
from jobs.models.rejections import Rejected
from jobs.orders.service import JobService
from jobs.rules.names import full_title
from jobs.store.queries import clips, orders

_FORM = "encore:form:"
# Discord's own limit for a text field; models that take 5,000 characters of lyrics get 4,000 here.
_FIELD_LIMIT = 4000
_TITLE_LIMIT, _BETWEEN = 45, " · "
_OPEN_SECONDS = 1800.0


async def begin(
    interaction: Interaction, service: JobService, order: Order, *, as_it_is: bool = False
) -> None:
    """Open the form of an operation, or place the order where it has none."""
    if order.operation in FORMS:
        await open_form(interaction, service, order, as_it_is=as_it_is)
    else:
        await place_order(interaction, service, order, as_it_is=as_it_is)


async def open_form(
    interaction: Interaction, service: JobService, order: Order, *, as_it_is: bool = False
) -> None:
    """Show the form of an order, prefilled; raise Rejected first for parameters outside the form.

    What is left out is filled in with the member's defaults, unless the form is to be shown `as_it_is`.
    """
    origin = origin_of(interaction)
    if not as_it_is:
        order = await service.library.completed(order, interaction.user.id)
    try:
        await service.check_unasked(order, origin, ASKED[order.operation])
    except Rejected as rejected:
        if order.jam_id is not None:  # as where it is placed
            await interaction.client.jams.turns.refused(order.jam_id, rejected.rejection)
        raise
    if order.source is None and order.source_clip_id:  # made again from an earlier job
        source = await service.read(clips.by_id, origin.guild_id, order.source_clip_id)
        order = replace(order, source=source)
    draft_id = await service.keep_draft(order, origin)
    await open_modal(interaction, _modal(draft_id, service, order))


async def order_kept(interaction: Interaction, service: JobService, draft_id: str) -> Order | None:
    """Read the order behind a form or a question; None where it is forgotten, or another member's."""
    return await service.read(
        orders.kept_draft, number(draft_id), guild_id=guild_of(interaction), user_id=interaction.user.id
    )


async def submitted(
    interaction: Interaction, service: JobService, asked: str, components: list[dict[str, Any]]
) -> None:
    """Place the order of a draft, with the texts typed into its form."""
    draft = await order_kept(interaction, service, asked)
    if draft is None or draft.operation not in FORMS:
        await reply(interaction, job_messages.FORM_AGAIN)
        return
    texts = typed_texts(components)
    typed = {param: text for param, text in texts.items() if param in _asked(draft)}
    uncut = {param: text for param in typed if (text := _uncut(draft, param, typed[param], service))}
    order = replace(draft, params={**draft.params, **typed, **uncut})
    if not any(typed.values()):
        await reply(interaction, job_messages.EMPTY_FORM)
        return
    try:
        await place_order(interaction, service, replace(order, summary=summary_of(order)), as_it_is=True)
    except Rejected as rejected:  # the typed text must not be lost
        await offer_change(interaction, service, order, rejected.rejection)


def summary_of(order: Order) -> str:
    params = order.params
    source = full_title(order.source) if order.source else order.source_clip_id
    named = [source, *(str(params.get(name) or "") for name in ("name", "title", "style", "sound"))]
    words = " · ".join(text for text in named if text)
    return words or str(params.get("description") or params.get("lyrics") or "")


def _modal(draft_id: int, service: JobService, order: Order) -> ui.Modal:
    """Make the form of an order. A restart forgets it, so `Encore.on_interaction` reads what is submitted."""
    form = FORMS[order.operation]
    fields = [field for field in form.fields if field.param in _asked(order)]
    price = credits_text(service.catalogue.price(order.operation, order.params))
    title = f"{form.heading(order.source, _TITLE_LIMIT - len(price) - len(_BETWEEN))}{_BETWEEN}{price}"
    modal = ui.Modal(title=title, custom_id=f"{_FORM}{draft_id}", timeout=_OPEN_SECONDS)
    for field in fields:
        shown = _text_input(field, service, order)
        cut = _uncut(order, field.param, shown.default or "", service)
        note = job_messages.form_is_cut(len(shown.default or ""), len(cut)) if cut else field.note or None
        modal.add_item(ui.Label(text=field.label, description=note, component=shown))
    return modal


def _asked(order: Order) -> frozenset[str]:
    """What its form asks for: a turn of a relay goes on from the end, and cuts off nothing."""
    return ASKED[order.operation] - ({"continue_at"} if order.params.get("at_end") else set())


def _text_input(field: Field, service: JobService, order: Order) -> ui.TextInput[ui.Modal]:
    known = _known(field, service, order)[:_FIELD_LIMIT]
    # A known text that is too long for the API is shown whole, to be shortened.
    limit = max(field.length or min(_taken(order, field.param, service), _FIELD_LIMIT), len(known))
    instrumental = field.param == "lyrics" and bool(order.params.get("instrumental"))
    return ui.TextInput(
        custom_id=field.param,
        style=discord.TextStyle.paragraph if field.long else discord.TextStyle.short,
        placeholder=job_messages.NO_LYRICS if instrumental else field.hint,
        default=known or None,
        required=field.required,
        max_length=limit,
    )


def _known(field: Field, service: JobService, order: Order) -> str:
    """What is known for a field. What is suggested has room in it, what was typed is to be shortened."""
    text, source = str(order.params.get(field.param) or ""), order.source
    if not text or source is None or text not in (source.title, source.tags):
        return text
    return clean.shortened(text, _taken(order, field.param, service))


def _taken(order: Order, param: str, service: JobService) -> int:
    model = str(order.params.get("model") or "")
    return service.catalogue.limit(param, operation=order.operation, model=model)


def _uncut(order: Order, param: str, shown: str, service: JobService) -> str:
    """Return a known text that was too long for its field, if its beginning is unchanged; else empty."""
    known = str(order.params.get(param) or "")
    if not _FIELD_LIMIT < len(known) <= _taken(order, param, service):
        return ""
    # Discord trims the text and changes line ends.
    return known if known[:_FIELD_LIMIT].split() == shown.split() else ""


def typed_texts(components: list[dict[str, Any]]) -> dict[str, str]:
    """Read the texts of a submitted form by the ids of its fields, in labels or in rows."""
    fields = [
        field
        for outer in components
        for field in (*outer.get("components", ()), outer.get("component") or {})
        if "custom_id" in field
    ]
    return {field["custom_id"]: replace_surrogates(str(field.get("value") or "")).strip() for field in fields}
