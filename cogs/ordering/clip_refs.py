"""Find the clip that a member refers to: by its id, its link, or a link to one of the bot's messages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cogs.text.clean import ID, moment
from cogs.text.form_specs import ASKED
from cogs.ui.autocomplete import as_listed, clips_like
from cogs.ui.interactions import Interaction, guild_of
from jobs.models import Clip, Order
from jobs.models.rejections import Denied, NothingUsable, Rejected, SeveralClips, StillRunning
from jobs.models.states import OPEN
from jobs.orders.service import JobService
from jobs.rules.names import UNTITLED, full_title
from jobs.rules.resolve_source import fits
from jobs.store.queries import clips

# Discord's ids are 64 bits, and so are the database's integers; what was typed may be longer.
_LAST_ID = 2**63 - 1
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_MESSAGE = re.compile(
    r"https://(?:\w+\.)?discord(?:app)?\.com/channels/(?P<guild>\d{1,20})/\d{1,20}/(?P<message>\d{1,20})"
)


# Who swaps the sound or the voice wants another one than the song has.
_SWAPS = frozenset({"riffusion.sound", "riffusion.vocals"})


@dataclass(frozen=True, slots=True)
class ClipRef:
    """The clip that an operation starts from; `clip` is None where it was made elsewhere."""

    clip_id: str
    clip: Clip | None = None


async def find_clip(
    interaction: Interaction, service: JobService, typed: str, operation: str = ""
) -> ClipRef:
    """Find the one clip that the text typed into `clip_id` refers to."""
    link = _MESSAGE.search(typed)
    if link is not None:
        if int(link["guild"]) != interaction.guild_id:
            raise Rejected(Denied.MESSAGE_ELSEWHERE)
        found = usable(service, await clips_at(service, int(link["guild"]), int(link["message"])), operation)
        if len(found) > 1:
            raise Rejected(SeveralClips(tuple(found)))
        return ClipRef(found[0].clip_id, found[0])
    guild_id = guild_of(interaction)
    picked = typed.strip()
    ids = {match.lower() for match in _UUID.findall(typed)}
    if not ids and ID.fullmatch(picked):  # an id of another kind, picked from the list
        clip = await service.read(clips.by_id, guild_id, picked)
        if clip is not None:
            return ClipRef(picked, clip)
    if len(ids) == 1:  # made elsewhere, the API may know it
        return await known_clip(service, guild_id, ids.pop())
    clip = _only(await clips_like(interaction, typed, operation), typed) if not ids and picked else None
    if clip is None:
        raise Rejected(Denied.PERSONA_UNKNOWN if operation == "suno.sing" else Denied.CLIP_UNKNOWN)
    return ClipRef(clip.clip_id, clip)


async def find_persona(interaction: Interaction, service: JobService, typed: str) -> ClipRef:
    """Find one of the server's personas."""
    found = await find_clip(interaction, service, typed, "suno.sing")
    if found.clip is None or found.clip.kind != "persona":
        raise Rejected(Denied.PERSONA_UNKNOWN)
    return found


def _only(fitting: Sequence[Clip], typed: str) -> Clip | None:
    """Find the one clip of this name, as typed or as it stands in the list; None if nothing is like it.

    Raises Rejected where it could be another one: a wrong guess would cost credits.
    """
    name, _ = as_listed(typed)
    wanted = " ".join(name.split()).casefold()
    named = [clip for clip in fitting if wanted in (clip.title.casefold(), full_title(clip).casefold())]
    found = named or fitting
    if len(found) > 1 or (found and not named):
        raise Rejected(SeveralClips(tuple(found), by_name=True))
    return found[0] if found else None


async def known_clip(service: JobService, guild_id: int, clip_id: str) -> ClipRef:
    return ClipRef(clip_id, await service.read(clips.by_id, guild_id, clip_id))


async def clips_at(service: JobService, guild_id: int, message_id: int) -> Sequence[Clip]:
    """List the clips in one of the bot's messages; raise Rejected while they are being made."""
    ours = await service.read(clips.at_message, guild_id, message_id) if message_id <= _LAST_ID else None
    if ours is None:
        raise Rejected(Denied.MESSAGE_WITHOUT_CLIP)
    job, results = ours
    found = [clip for clip in results if ID.fullmatch(clip.clip_id)]
    if not found and job.state in OPEN:
        raise Rejected(StillRunning(job.id))
    return found


def usable(service: JobService, found: Sequence[Clip], operation: str = "") -> Sequence[Clip]:
    """List the clips, at least one, that an operation (or any) could start from."""
    terms = service.catalogue.terms(operation) if operation else None
    if terms is not None:
        found = [clip for clip in found if clip.provider == terms.provider and fits(clip, terms)]
    if not found:
        raise Rejected(NothingUsable(tuple(terms.takes) if terms else ()))
    return found


def order_on(source: ClipRef, operation: str, **params: object) -> Order:
    """Make an order that starts from a clip or persona, with what is known of the clip: end, words, style."""
    if operation == "suno.sing":
        suggested: dict[str, object] = {"persona_id": source.clip_id}
    else:
        suggested = {"clip_id": source.clip_id, **_suggested(source.clip, operation)}
    return Order(
        operation,
        {**suggested, **given(**params)},
        full_title(source.clip) if source.clip else source.clip_id,
        source_clip_id=source.clip_id,
        source=source.clip,
    )


def _suggested(clip: Clip | None, operation: str) -> dict[str, object]:
    asked = ASKED.get(operation, ())
    if clip is None:
        return {}
    found = {"title": clip.title} if "title" in asked and clip.title != UNTITLED else {}
    if operation not in _SWAPS:
        found |= {name: clip.tags for name in ("style", "sound") if name in asked and clip.tags}
    if "continue_at" in asked:
        return {**found, **({"continue_at": moment(clip.duration)} if clip.duration else {})}
    # The words of the whole song suit another version of it, but not a section.
    keeps_words = "lyrics" in asked and "starts" not in asked and not clip.instrumental
    return {**found, "lyrics": clip.lyrics} if keeps_words else dict(found)


def given(**params: object) -> dict[str, object]:
    return {name: value for name, value in params.items() if value not in (None, "")}
