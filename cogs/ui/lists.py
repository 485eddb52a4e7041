"""Lists in pages: songs, the best of them, jobs. What a page shows is kept in the ids of its buttons."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence

import discord
from discord import ui

from cogs.text import job_messages, labels, library_messages
from cogs.text.clean import clean_label, clean_link, credits_text, duration, jump, mention, timestamp
from cogs.ui.controls import RED, ActionButton, ActionMenu, Control, button, folded, view
from cogs.ui.embeds import info
from jobs.models import Clip, Job, Listed, ListedJob, Place, Shelf
from jobs.models.states import JobState
from jobs.rules.names import UNTITLED, full_title

# So many are on a page; a phone shows them in two screens.
SONGS, JOBS = 8, 8
# A search has room for this in the id of a button.
_SEARCH_BYTES = 40
_KINDS = ("", "song", "upload", "stem", "wav", "persona", "lyrics")
_PAGE = re.compile(
    r"(?P<number>\d{1,4})-(?P<kind>[0-6])-(?P<member>\d{1,20})-(?P<liked>[01])-(?P<text>[\w-]*)", re.ASCII
)
# Discord's ids are 64 bits, and so are the database's integers.
_LAST_ID = 2**63 - 1
_TITLE = 120
# A line of its own between entries; an empty one some clients leave out.
_BETWEEN = "\n\u200b\n"


def searchable(text: str) -> str:
    """Cut a search to what fits into the id of a button."""
    return " ".join(text.split()).encode(errors="ignore")[:_SEARCH_BYTES].decode(errors="ignore")


def page_id(shelf: Shelf, number: int) -> str:
    """Say in the id of a button which page of which songs it opens."""
    text = urlsafe_b64encode(shelf.text.encode()).decode().rstrip("=")
    liked = int(bool(shelf.liked_by))
    return f"{number}-{_KINDS.index(shelf.kind)}-{shelf.member}-{liked}-{text}"


def read_page_id(subject: str, user_id: int) -> tuple[Shelf, int] | None:
    """Read what `page_id` wrote, for the member who presses; None for what it never writes."""
    found = _PAGE.fullmatch(subject)
    if found is None:
        return None
    try:
        text = urlsafe_b64decode(found["text"] + "=" * (-len(found["text"]) % 4)).decode()
    except (Error, UnicodeDecodeError):
        return None
    liked_by, member = user_id if found["liked"] == "1" else 0, int(found["member"])
    if member > _LAST_ID:
        return None
    return Shelf(text, _KINDS[int(found["kind"])], member, liked_by), int(found["number"])


def songs(guild_id: int, shelf: Shelf, number: int, found: Sequence[Listed]) -> discord.Embed:
    """One page of a library."""
    said = [library_messages.narrowed(shelf), *(_song(guild_id, one) for one in found)]
    if not found:
        said.append(library_messages.nothing_found(shelf))
    return _page(library_messages.shelf_title(shelf), said, number)


def top(guild_id: int, period: str, number: int, found: Sequence[Listed]) -> discord.Embed:
    """One page of what is liked most."""
    first = number * SONGS + 1
    said = [f"**{rank}.** {_song(guild_id, one)}" for rank, one in enumerate(found, first)]
    return _page(library_messages.TOPS[period], said or [library_messages.NO_LIKES], number)


def _page(title: str, said: Sequence[str], number: int) -> discord.Embed:
    embed = info(title, _BETWEEN.join(filter(None, said)))
    return embed.set_footer(text=library_messages.page(number)) if number else embed


def _song(guild_id: int, one: Listed) -> str:
    """A title that leads to its message, and below it how it came about."""
    clip = one.clip
    title = linked(clean_link(full_title(clip), _TITLE), guild_id, one.place)
    likes = f" · {labels.likes(one.likes)}" if one.likes else ""
    facts = [
        f"{labels.name(clip)} #{clip.job_id}",
        duration(clip.duration),
        mention(clip.user_id),
        timestamp(clip.created_at),
    ]
    return f"**{title}**{likes}\n{' · '.join(filter(None, facts))}"


def jobs(guild_id: int, title: str, number: int, found: Sequence[ListedJob], *, whose: bool) -> discord.Embed:
    """One page of jobs; `whose` says who asked for each."""
    said = [_job(guild_id, one, whose=whose) for one in found] or [job_messages.NO_JOBS]
    return _page(title, said, number)


def _job(guild_id: int, one: ListedJob, *, whose: bool) -> str:
    job = one.job
    named = clean_link(one.title or job.summary, _TITLE) or labels.name(job)
    who = mention(job.user_id) if whose else ""
    facts = [labels.name(job), credits_text(job.price), who, timestamp(job.created_at)]
    state = job_messages.standing(job)
    return f"**#{job.id} {linked(named, guild_id, one.place)}** · {state}\n{' · '.join(filter(None, facts))}"


def linked(title: str, guild_id: int, place: Place | None) -> str:
    """A title that leads to a message, or the title alone."""
    title = title or UNTITLED  # of characters that nobody sees, nothing is left
    return f"[{title}]({jump(guild_id, place)})" if place is not None else title


def song_controls(
    action: str, ids: tuple[str, str], number: int, found: Sequence[Listed], *, more: bool
) -> ui.View:
    """A menu that opens one of the songs, and the way to the pages before and after; `ids` are theirs."""
    options = [
        discord.SelectOption(
            label=_entry(one.clip),
            description=clean_label(_described(one), 100),
            value=f"open:{one.clip.job_id}-{one.clip.position}",
        )
        for one in found
    ]
    menu = ui.Select[ui.View](custom_id="encore-menu:open", placeholder=labels.OPEN_ONE, options=options)
    return view([ActionMenu(menu)] if options else [], _turns(action, ids, number, more=more))


def _entry(clip: Clip) -> str:
    """Name a song as no other is: several may have one title."""
    number = f" · #{clip.job_id}"
    return clean_label(full_title(clip), 100 - len(number)) + number


def _described(one: Listed) -> str:
    facts = [labels.name(one.clip), duration(one.clip.duration), labels.likes(one.likes) if one.likes else ""]
    return " · ".join(filter(None, facts))


def job_controls(whose: str, number: int, found: Sequence[Job], *, more: bool) -> ui.View:
    """For moderators what can be cancelled; and the way to the pages before and after."""
    offered = [
        Control(f"{labels.CANCEL} #{one.id}", "cancel", str(one.id))
        for one in found
        if one.state is JobState.ACCEPTED
    ]
    offered += [
        Control(f"{labels.GIVE_UP} #{one.id}", "give-up", str(one.id), style=RED)
        for one in found
        if one.state is JobState.HELD
    ]
    ids = f"{whose}-{number - 1}", f"{whose}-{number + 1}"
    return folded(offered, _turns("jobs", ids, number, more=more))


def _turns(action: str, ids: tuple[str, str], number: int, *, more: bool) -> list[ActionButton]:
    newer, older = (
        Control(label, action, subject)
        for label, subject in zip((labels.NEWER, labels.OLDER), ids, strict=True)
    )
    return [button(one.label, one) for one, there in ((newer, number > 0), (older, more)) if there]
