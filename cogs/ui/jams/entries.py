"""The entries of one member, as only they see them: takes to play, and what can be done with them."""

from collections.abc import Iterator, Mapping, Sequence

from discord import File, ui

from cogs.text import labels
from cogs.text.clean import credits_text
from cogs.text.jams import answers, posts
from cogs.ui.controls import BLUE, GREY, RED, Control, folded
from jobs.jams.service import Try
from jobs.models.jam import EntryState, Jam, JamState
from jobs.models.states import JobState
from jobs.rules.attachments import MAX_FILES, MAX_REQUEST_BYTES


def ways(jam: Jam, offered: Mapping[str, int]) -> ui.View:
    """Offer the ways to make an entry, each with its price."""
    return folded(
        [
            Control(
                f"{posts.way(operation)} · {credits_text(price)}",
                "jam-make",
                f"{jam.id}-{operation.replace('.', '_', 1)}",
                style=BLUE,
            )
            for operation, price in offered.items()
        ]
    )


def operation_of(word: str) -> str:
    """Read back what `ways` wrote, as an id takes no dots."""
    return word.replace("_", ".", 1)


def files(tries: Sequence[Try]) -> list[File]:
    """The takes to play, newest first, as many as a message takes."""
    found: list[File] = []
    room = MAX_REQUEST_BYTES
    for index, one in enumerate(tries):
        for position, path in sorted(one.files.items()):
            room -= path.stat().st_size
            if room < 0 or len(found) == MAX_FILES:
                return found
            name = f"try {len(tries) - index} - take {position + 1}{path.suffix}"
            found.append(File(path, filename=name))
    return found


def buttons(jam: Jam, tries: Sequence[Try]) -> ui.View:
    return folded([*_held(tries), *(_changes(jam, tries) if jam.state is JamState.OPEN else ())])


def _held(tries: Sequence[Try]) -> Iterator[Control]:
    for one in tries:
        if one.job is not None and one.job.state is JobState.HELD:
            cost = credits_text(one.job.price)
            yield Control(f"{labels.TRY_AGAIN} · {cost}", "jam-retry", str(one.entry.id), style=BLUE)
            yield Control(labels.GIVE_UP, "jam-give-up", str(one.entry.id), style=RED)


def _changes(jam: Jam, tries: Sequence[Try]) -> Iterator[Control]:
    for index, one in enumerate(tries):
        entry = one.entry
        if entry.state not in (EntryState.ENTERED, EntryState.SPARE):
            continue
        for take in one.takes:
            if entry.state is EntryState.SPARE or take.position != entry.position:
                label = answers.enter_take(len(tries) - index, take.position)
                yield Control(label, "jam-choose", f"{entry.id}-{take.position}", style=GREY)
    used = sum(one.entry.state is not EntryState.FAILED for one in tries)
    if used < jam.share:
        yield Control(answers.ANOTHER, "jam-enter", str(jam.id), style=BLUE)
    if any(one.entry.state is EntryState.ENTERED for one in tries):
        yield Control(answers.WITHDRAW, "jam-withdraw", str(jam.id), style=RED)


def close_button(jam: Jam) -> ui.View:
    """The phase that it ends is part of it: pressed later, it must not end the next one."""
    return folded([Control(answers.CLOSE_NOW, "jam-close", f"{jam.id}-{jam.state.value}", style=RED)])
