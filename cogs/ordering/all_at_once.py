"""What is done with all results of a job at once: WAVs of its stems, an order for each, and zips."""

from dataclasses import dataclass, field, replace
from typing import Any

from cogs.ordering.clip_refs import ClipRef, order_on
from cogs.ordering.place_order import note_told, origin_of
from cogs.text import all_at_once_messages, rejection_messages
from cogs.text.clean import ID, number
from cogs.ui.buttons import agree_to_wavs
from cogs.ui.interactions import Interaction, defer, edit, guild_of, reply, update
from jobs.models import Clip, Job, Place
from jobs.models.rejections import Denied, Rejected
from jobs.models.states import JobState
from jobs.orders.results import wav_of
from jobs.orders.service import Accepted, JobService
from jobs.store.queries import clips, guilds, jobs
from jobs.store.queries.library import songs


@dataclass(slots=True)
class _Asked:
    """The stems of a job: which are here as WAVs, being made, made but not posted, and to be ordered."""

    here: list[tuple[Clip, Place]] = field(default_factory=list)
    under_way: list[Clip] = field(default_factory=list)
    unposted: list[Job] = field(default_factory=list)
    to_order: list[Clip] = field(default_factory=list)


async def order_wavs(interaction: Interaction, service: JobService, job: Job) -> None:
    await defer(interaction)
    await _order(interaction, service, job, agreed=0)


async def order_zip(interaction: Interaction, service: JobService, job: Job) -> None:
    """Have everything posted as zips below the message; what has just been posted is shown the way to."""
    shown = interaction.message
    under = 0 if shown is None or shown.flags.ephemeral else shown.id
    packed = await service.pack(job, origin_of(interaction), under=under)
    if packed is None:
        text = all_at_once_messages.NOTHING_TO_ZIP
    elif packed.place is None:
        text = all_at_once_messages.ZIP_COMES
    else:
        text = all_at_once_messages.zip_is_here(job.guild_id, packed.place)
    await reply(interaction, text)


async def agree_to_order(interaction: Interaction, service: JobService, subject: str) -> None:
    """Order them at the sum that was agreed to; pressed twice, nothing is ordered twice."""
    job_id, _, agreed = subject.partition("-")
    job = await service.read(jobs.in_guild, guild_of(interaction), number(job_id))
    if job is None:
        raise Rejected(Denied.ORDERED_ALREADY)
    await update(interaction, content=all_at_once_messages.ORDERING, view=None)
    await _order(interaction, service, job, agreed=number(agreed))


async def _order(interaction: Interaction, service: JobService, job: Job, *, agreed: int) -> None:
    await edit(interaction, **await _order_what_is_not_here(interaction, service, job, agreed))


async def _order_what_is_not_here(
    interaction: Interaction, service: JobService, job: Job, agreed: int
) -> dict[str, Any]:
    """Order what is to be ordered, or ask first; what to answer."""
    asked = await _sorted(service, job)
    price = sum(_price(service, stem) for stem in asked.to_order)
    threshold = (await service.read(guilds.settings, job.guild_id)).confirm_from
    if threshold and price >= threshold and price > agreed:
        question = all_at_once_messages.price_question(len(asked.to_order), price)
        return {"content": question, "view": agree_to_wavs(job, price)}
    ordered, refused = await _accepted(interaction, service, asked)
    lines = [
        all_at_once_messages.ordered(
            [accepted.job for accepted in ordered], ordered[0].card.results_in if ordered else None
        ),
        all_at_once_messages.under_way(asked.under_way),
        all_at_once_messages.unposted(asked.unposted),
        all_at_once_messages.here(job.guild_id, asked.here),
        refused and all_at_once_messages.refused(len(asked.to_order) - len(ordered), refused),
    ]
    return {"content": "\n".join(filter(None, lines)) or all_at_once_messages.NO_STEMS, "view": None}


async def _sorted(service: JobService, job: Job) -> _Asked:
    asked = _Asked()
    results = await service.read(clips.of_job, job.id)
    stems = [clip for clip in results if wav_of(clip, service.catalogue) and ID.fullmatch(clip.clip_id)]
    if not stems:
        return asked
    ids = [stem.clip_id for stem in stems]
    operation = wav_of(stems[0], service.catalogue)
    being_made = await service.read(jobs.being_made, job.guild_id, operation, ids)
    made = await service.read(clips.wavs_of, job.guild_id, ids)
    posted = await service.read(songs.places, [wav.job_id for wav in made.values()])
    for stem in stems:
        wav = made.get(stem.clip_id)
        place = posted.get((wav.job_id, wav.position)) if wav else None
        if place is not None:
            asked.here.append((stem, place))
        elif (making := being_made.get(stem.clip_id)) is None:
            asked.to_order.append(stem)
        elif making.state is JobState.UNDELIVERABLE:
            asked.unposted.append(making)
        else:
            asked.under_way.append(stem)
    return asked


async def _accepted(
    interaction: Interaction, service: JobService, asked: _Asked
) -> tuple[list[Accepted], str]:
    """Order the WAVs one by one; those taken, and why the next was not, which holds for the others too."""
    origin = origin_of(interaction)
    ordered: list[Accepted] = []
    for stem in [*asked.to_order]:
        order = order_on(ClipRef(stem.clip_id, stem), wav_of(stem, service.catalogue))
        one = replace(origin, interaction=f"{origin.interaction}-{stem.clip_id}")
        try:
            # The whole has been agreed to, or needs no agreement.
            accepted = await service.accept(order, one, agreed=_price(service, stem), once=True)
        except Rejected as rejected:
            if rejected.rejection is Denied.ORDERED_ALREADY:  # by somebody who pressed at the same time
                asked.to_order.remove(stem)
                asked.under_way.append(stem)
                continue
            return ordered, rejection_messages.rejection(rejected.rejection)
        if isinstance(accepted, Accepted):
            await note_told(service, accepted)
            ordered.append(accepted)
    return ordered, ""


def _price(service: JobService, stem: Clip) -> int:
    return service.catalogue.price(wav_of(stem, service.catalogue), {})
