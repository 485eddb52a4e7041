"""What the result of a jam says: places, how the vote went, who looked, and what it cost."""

from collections.abc import Sequence

from cogs.text.clean import counted, credits_text, timestamp
from cogs.text.jams import posts, seasons
from jobs.models.jam import LEAST_HEARD, Jam, JamPost
from jobs.models.jams.figures import JamFigures, Standing

_PEEKS = 6


def result(jam: Jam, post: JamPost, figures: JamFigures, lines: Sequence[str]) -> str:
    """Who made what; `lines` are those of a page of it."""
    if not figures.standings:
        return f"Nobody's entry came to be, so there is nothing to hear. {posts.used(figures)}"
    ballots, cast = int(post.said["ballots"]), int(post.said["votes"])
    text = [*lines]
    if post.seq == 0:
        text += [posts.unheard_of(figures) if jam.votes_for else "", _how(jam, figures, ballots, cast)]
        text += _peeks(jam)
        text.append(_cost(jam, figures))
        text += [seasons.counts(jam)] if jam.season else []
    return "\n".join(filter(None, text))


def line(standing: Standing) -> str:
    """Whose an entry is, and its place."""
    entry = standing.entry
    place = f"{entry.place}. " if entry.place else ""
    got = "" if entry.place is None else f" · {posts.votes(entry.points)}"
    return f"{place}**{entry.letter}** · {posts.song_of(standing)} · <@{entry.user_id}>{got}"


def _how(jam: Jam, figures: JamFigures, ballots: int, cast: int) -> str:
    if not jam.votes_for and jam.about.branches:
        return ""
    if figures.entered == 1:
        return "One entry, so there was no vote."
    if not jam.votes_for:
        return "There was no vote."
    if figures.standings and posts.heard(figures) < LEAST_HEARD:
        return "Too few could be posted here for a vote."
    if not ballots:
        return "Nobody voted, so there are no places."
    return f"{counted(ballots, 'ballot')}, {posts.votes(cast)}. Equal votes share a place."


def _peeks(jam: Jam) -> list[str]:
    """Who looked, as far as a message has room for it besides the lines of the result."""
    found = list(jam.brief.get("peeks", ()))
    more = len(found) - _PEEKS
    return [_peek(one) for one in found[:_PEEKS]] + (
        [f"Moderators looked {more} more times; `/settings audit` lists them all."] if more > 0 else []
    )


def _peek(one: Sequence[object]) -> str:
    by, letter, at = one
    return f"<@{by}> looked {timestamp(float(str(at)), 'f')} whose {letter} is."


def _cost(jam: Jam, figures: JamFigures) -> str:
    failed = f"; {figures.failed} of the tries came to nothing" if figures.failed else ""
    return f"*Cost* {figures.used:,} of {credits_text(jam.pot)}{failed}."


def winners(first: Sequence[Standing]) -> str:
    """Name those who share the first place, who are pinged."""
    names = [f"<@{one.entry.user_id}>" for one in first]
    if not names or len(names) > 10:  # noqa: PLR2004 - everybody has won, which is no news to anybody
        return ""
    return f"{' and '.join(names)} {'wins' if len(names) == 1 else 'share the first place'}!"
