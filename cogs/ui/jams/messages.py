"""The messages of a jam in its channel: sentences, buttons, and whom they may ping."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import discord
from discord import ui

from cogs.text import labels
from cogs.text.jams import answers, party, posts, relays, results, stalls, trees, winners
from cogs.ui.controls import BLUE, GREY, Control, button, view
from cogs.ui.embeds import GOOD, PLAIN, TITLE, info
from cogs.ui.jams import turns
from jobs.models.jam import Jam, JamPost, JamState, Say
from jobs.models.jams.album import Branch
from jobs.models.jams.figures import JamFigures, Standing
from jobs.store.queries.jams.life import lines_of


def content_of(
    jam: Jam, post: JamPost, figures: JamFigures, song: str = "", branches: Sequence[Branch] = ()
) -> dict[str, Any]:
    """Make the content of a message; its buttons hold its nonce, by which history can be searched."""
    text, pinged = "", [post.user_id] if post.user_id else []
    embed: discord.Embed | None = None
    if post.name is Say.PANEL:
        embed = panel(jam, figures, song)
    elif post.name in (Say.NEWS, Say.HELD):
        text = posts.news(jam, post.user_id)
    elif post.name is Say.REMINDER:
        pinged = [int(one) for one in post.said["users"]]
        text = posts.reminder(jam, figures, pinged)
    elif post.name in (Say.STALLED, Say.RESUMED):
        text = (stalls.stalled if post.name is Say.STALLED else stalls.resumed)(jam, post, figures)
    elif jam.about.in_turn and post.name in turns.SAID:
        text, embed = turns.parts_of(jam, post, figures)
    elif post.name is Say.RESULT:
        said = results.result(jam, post, figures, _lines(jam, post, figures, branches))
        embed = discord.Embed(title=f"{posts.title(jam)}: the result"[:TITLE], description=said, colour=GOOD)
        first = [one for one in figures.standings if one.entry.place == 1] if post.seq == 0 else []
        text = results.winners(first)
        pinged = [one.entry.user_id for one in first] if text else []
    elif post.name is Say.TRACK:
        embed = discord.Embed(description=party.track(post, standing_of(post, figures)), colour=PLAIN)
    else:
        embed = discord.Embed(description=_sentence(jam, post, figures), colour=PLAIN)
    mentions = discord.AllowedMentions(
        everyone=False, roles=False, replied_user=False, users=[discord.Object(one) for one in pinged]
    )
    return {
        "content": text or None,
        "embed": embed,
        "view": _buttons(jam, post, figures),
        "allowed_mentions": mentions,
    }


def panel(jam: Jam, figures: JamFigures, song: str = "", branches: Sequence[Branch] = ()) -> discord.Embed:
    """How a jam stands; `song` is the title of the one that all make something of."""
    said = relays.panel if jam.about.in_turn else posts.panel
    text = "\n".join([said(jam, figures, song), "", *trees.lines(jam, branches)]).strip()
    return info(posts.title(jam)[:TITLE], text)


_SENTENCES: Mapping[Say, Callable[[Jam, JamPost], str]] = MappingProxyType(
    {
        Say.MOVED: posts.moved,
        Say.OPENED: posts.opened,
        Say.CLOSED: posts.closed,
        Say.REMOVED: posts.removed,
    }
)


def _sentence(jam: Jam, post: JamPost, figures: JamFigures) -> str:
    if post.name in _SENTENCES:
        return _SENTENCES[post.name](jam, post)
    if post.name is Say.GALLERY:
        standing = standing_of(post, figures)
        told = standing if jam.state is JamState.DONE or not jam.hidden else None
        return posts.revealed(told) if told else posts.in_gallery(standing)
    if post.name is Say.VOTE:
        return posts.vote(jam, figures)
    why = str(post.said.get("why") or "")
    return relays.nothing(jam, why, figures) if why else posts.cancelled(jam, post, figures)


def _lines(jam: Jam, post: JamPost, figures: JamFigures, branches: Sequence[Branch]) -> list[str]:
    """A page of the result."""
    begin = post.seq * lines_of(jam)
    if jam.about.branches:
        return trees.lines(jam, branches, begin)
    return [results.line(one) for one in figures.standings[begin : begin + lines_of(jam)]]


def _has_voice(one: Standing) -> bool:
    """Whether a persona can be made of an entry that has won."""
    kept = one.clip is not None and one.clip.provider == "suno"
    return kept and one.entry.place == 1 and one.entry.points > 0


def standing_of(post: JamPost, figures: JamFigures) -> Standing | None:
    """The entry that a message is about; None for one that has left the jam."""
    return next((one for one in figures.standings if one.entry.id == post.entry_id), None)


def _buttons(jam: Jam, post: JamPost, figures: JamFigures) -> ui.View:
    if jam.about.in_turn:
        return turns.buttons(jam, post, figures)
    enter, mine = ("jam-enter", answers.ENTER), ("jam-mine", answers.MINE)
    vote, show = ("jam-vote", answers.VOTE), ("jam-show", answers.SHOW)
    hear = [("jam-listen", party.LISTEN), ("jam-album", labels.ALBUM)]
    hear = hear if figures.standings and not post.seq else []
    hear += (
        [("jam-winner", winners.OFFER)] if not post.seq and any(map(_has_voice, figures.standings)) else []
    )
    remind, lead = ("jam-remind", answers.REMIND), ("jam-host", answers.HOST)
    offered = {
        Say.PANEL: {
            JamState.PLANNED: [remind, lead],
            JamState.OPEN: [enter, mine, remind, lead],
            JamState.CLOSING: [mine, show, lead],
            JamState.VOTING: [mine, show, lead],
        }.get(jam.state, [mine, show]),
        Say.OPENED: [enter],
        Say.STALLED: [("jam-resume", relays.GO_ON)],
        Say.RESUMED: [enter],
        Say.GALLERY: [vote] if jam.state is JamState.VOTING else [show],
        Say.VOTE: [vote, remind],
        Say.REMINDER: [vote if jam.state is JamState.VOTING else enter],
        Say.MOVED: [show],
        Say.REMOVED: [vote],
        Say.RESULT: [*hear, show],
        Say.TRACK: [show],
    }.get(post.name, [mine])
    mark = f":{post.nonce}"
    if post.name is Say.TRACK and (not party.is_last(post) or post.said.get("voice")):
        skip = [("jam-skip", party.SKIP)] if not party.is_last(post) else []
        return _row([*skip, ("jam-stop", party.STOP)], f"{jam.id}-{post.seq}", mark)
    return _row(offered, str(jam.id), mark)


def state_buttons(jam: Jam, figures: JamFigures, user_id: int, *, leads: bool = False) -> ui.View:
    """What a member can do with a jam now, below how it stands; `leads` is said of hosts and moderators."""
    if jam.about.in_turn:
        return turns.state_buttons(jam, figures, user_id, leads=leads)
    offered = {
        JamState.OPEN: [("jam-enter", answers.ENTER)],
        JamState.VOTING: [("jam-vote", answers.VOTE)],
    }.get(jam.state, [])
    won = jam.state is JamState.DONE and any(
        one.entry.user_id == user_id and _has_voice(one) for one in figures.standings
    )
    lead = [("jam-winner", winners.OFFER)] if won else []  # the message of the result may be gone
    lead += [("jam-host", answers.HOST)] if leads else []
    return _row([*offered, ("jam-mine", answers.MINE), *lead], str(jam.id))


def _row(offered: list[tuple[str, str]], subject: str, mark: str = "") -> ui.View:
    """The first of them is what the message is for."""
    made = [
        button(label, Control(label, action, subject, style=GREY if index else BLUE), mark=mark)
        for index, (action, label) in enumerate(offered)
    ]
    return view(made)
