"""What is said of jams in which each goes on from what others made."""

from collections.abc import Sequence

from cogs.text.clean import clean, clean_label, clean_link, counted, duration, jump
from cogs.text.jams import posts
from jobs.models import Clip
from jobs.models.jam import Jam
from jobs.models.jams.album import Branch
from jobs.rules.names import full_title
from jobs.store.queries.jams.life import BRANCH_LINES

ROOT = "the song that all began with"
WHAT_FROM = "What do you want to go on from? Under each result **Branch from this** does the same."
_LABEL, _TITLE, _DEEPEST = 80, 60, 8
# Discord takes blanks away at the beginning of a line.
_INDENT = "\u2003"


def how(jam: Jam, used: int, title: str = "") -> str:
    """Above the ways to go on from something."""
    left = max(jam.share - used, 0)
    tries = counted(left, "try", "tries")
    what = f"*{clean(title, _LABEL)}*" if title else "the song"
    return (
        f"How do you want to go on from {what}? The pot of jam #{jam.id} pays; you have {tries} left. "
        "What comes of it is posted here, with your name."
    )


def named(take: Clip) -> str:
    return clean_label(full_title(take), _LABEL)


def root(song: Clip | None) -> str:
    """A song as a whole, whichever take; one that was made elsewhere has no title here."""
    return clean_label(posts.titled(song), _LABEL) if song is not None else "The song"


def part(take: Clip) -> str:
    return clean_label(take.part, 20).capitalize()


def whose(take: Clip, name: str) -> str:
    """Below a take in a menu: its member and its job, as two may have one name."""
    by = f"by {clean_label(name, 40)} · " if name else ""
    length = duration(take.duration)
    return f"{by}job #{take.job_id}" + (f" · {length}" if length else "")


def lines(jam: Jam, branches: Sequence[Branch], first: int = 0) -> list[str]:
    """Each branch below what it was made from, further in; above the first of all the song."""
    head = [] if first or not branches else [f"*{clean(jam.theme, _TITLE)}*, {ROOT}"]
    return head + [_line(jam, one) for one in branches[first : first + BRANCH_LINES]]


def _line(jam: Jam, one: Branch) -> str:
    title = posts.titled(one.clip)
    shown = f"*{clean(title, _TITLE)}*"
    if one.place is not None:
        shown = f"[{clean_link(title, _TITLE)}]({jump(jam.guild_id, one.place)})"
    facts = [shown, f"<@{one.entry.user_id}>"]
    if one.source is not None and one.source.part:
        facts.append(f"of {clean(one.source.part, 20)}")
    if one.entry.letter:
        facts.append(f"**{one.entry.letter}**")
    if one.entry.place is not None:
        facts.append(f"{posts.votes(one.entry.points)}, place {one.entry.place}")
    return f"{_INDENT * min(one.depth - 1, _DEEPEST)}↳ {' · '.join(facts)}"
