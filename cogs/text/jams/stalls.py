"""What is said where the clocks of a jam stand, and when they go on."""

from cogs.text.clean import credits_text, timestamp
from cogs.text.jams import relays
from jobs.models import NOBODY
from jobs.models.jam import EntryState as E
from jobs.models.jam import Jam, JamPost
from jobs.models.jams.figures import JamFigures

# By reason: what is in the way, and what helps.
_WHY = {
    "credits": ("the account cannot pay for", f"Have it topped up and press **{relays.GO_ON}**"),
    "key": (
        "the music API does not take the key that pays for",
        f"Have it replaced and press **{relays.GO_ON}**",
    ),
    "outage": ("the music API does not answer, so nothing can be made for", "They go on when it does"),
}


def stalled(jam: Jam, post: JamPost, figures: JamFigures) -> str:
    until = timestamp(float(post.said["until"]))
    if post.said.get("why") == "pot":
        left = max(jam.pot - figures.used, 0)
        return (
            f"<@{jam.user_id}>, the song of all lines of jam #{jam.id} costs more than its pot has left: "
            f"{credits_text(left) if left else 'nothing'}. Clocks stand. Where a lost call turns out to have "
            f"cost nothing, press **{relays.GO_ON}**; else it is cancelled {until}, and its lines stay in "
            "its message."
        )
    if post.said.get("why") == "song":
        return (
            f"<@{jam.user_id}>, the song of all lines of jam #{jam.id} could not be made. Clocks stand; "
            f"`/jam remove` takes out a line that is in the way. Then press **{relays.GO_ON}**; else it is "
            f"cancelled {until}."
        )
    why, help_ = _WHY.get(str(post.said.get("why")), _WHY["credits"])
    then = "it ends" if jam.about.in_turn else "entries end"
    return (
        f"<@{jam.user_id}>, {why} jam #{jam.id} now. Clocks stand; nothing is lost. {help_}; else {then} "
        f"{until} with what there is."
    )


def resumed(jam: Jam, post: JamPost, figures: JamFigures) -> str:
    if not jam.about.in_turn:
        return f"Jam #{jam.id} goes on: entries until {timestamp(float(post.said['until']), 'F')}."
    its = figures.turn_of(post.entry_id)
    if its is None or its.entry.state is not E.OFFERED:
        return f"Jam #{jam.id} goes on."
    whose = "anyone's" if its.entry.user_id == NOBODY else f"<@{its.entry.user_id}>'s"
    what = f"{relays.unit(jam)} {its.entry.turn} is {whose} until {timestamp(jam.due_at)}"
    return f"Jam #{jam.id} goes on: {what}."
