"""The entries of one member, as only they see them: takes to play, and what can be done with them."""

from collections.abc import Iterator, Mapping, Sequence

from discord import File, ui

from cogs.text import labels
from cogs.text.clean import credits_text
from cogs.text.jams import answers, posts, relays
from cogs.text.labels import step
from cogs.ui.controls import BLUE, GREY, RED, Control, controls, folded
from jobs.jams.service import Try
from jobs.models import Clip
from jobs.models.jam import RUNNING, EntryState, Jam, JamState
from jobs.models.states import JobState
from jobs.rules.attachments import MAX_FILES, MAX_REQUEST_BYTES


def ways(jam: Jam, offered: Mapping[str, int]) -> ui.View:
    """Offer the ways to make an entry, each with its price."""
    return folded(
        [
            _way(posts.way(operation), price, "jam-make", f"{jam.id}-{word_of(operation)}")
            for operation, price in offered.items()
        ]
    )


def branch_ways(jam: Jam, takes: Sequence[tuple[str, Clip | None]], offered: Mapping[str, int]) -> ui.View:
    """Offer the ways to go on from each of some takes; None is the song that all began with."""
    return folded(
        [
            _way(f"{name} · {step(operation)}" if name else step(operation), price, "jam-grow", subject)
            for name, take in takes
            for operation, price in offered.items()
            for subject in [f"{source_of(jam, take)}-{word_of(operation)}"]
        ]
    )


def sources(jam: Jam, named: Sequence[tuple[str, str, Clip | None]]) -> ui.View:
    """Let a member choose what to go on from: names, whose it is, and the takes."""
    return controls(
        [Control(name, "jam-from", source_of(jam, take), hint=whose) for name, whose, take in named],
        f"jam-{jam.id}",
    )


def source_of(jam: Jam, take: Clip | None) -> str:
    return f"{jam.id}-{take.job_id}-{take.position}" if take is not None else f"{jam.id}-0-0"


def _way(label: str, price: int, action: str, subject: str) -> Control:
    return Control(f"{label} · {credits_text(price)}", action, subject, style=BLUE)


def word_of(operation: str) -> str:
    """An operation in an id, which takes no dots."""
    return operation.replace(".", "_", 1)


def operation_of(word: str) -> str:
    """Read back what `word_of` wrote."""
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
    if jam.about.in_turn:
        return folded([*_held(jam, tries), *(_choices(tries) if jam.state in RUNNING else ())])
    return folded([*_held(jam, tries), *(_changes(jam, tries) if jam.state is JamState.OPEN else ())])


def _choices(tries: Sequence[Try]) -> Iterator[Control]:
    """Which take of a turn goes on, while that is open."""
    for one in tries:
        if one.entry.state is EntryState.CHOOSING and len(one.takes) > 1:
            for take in one.takes:
                label, subject = relays.take_goes_on(take.position), f"{one.entry.id}-{take.position}"
                yield Control(label, "jam-goes-on", subject, style=BLUE)


def _held(jam: Jam, tries: Sequence[Try]) -> Iterator[Control]:
    for one in tries:
        # Of one that is over nothing more comes.
        waits = one.entry.state is EntryState.WORKING
        if waits and one.job is not None and one.job.state is JobState.HELD:
            cost = credits_text(one.job.price)
            if jam.state in RUNNING:
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
        yield Control(answers.another(jam.share - used), "jam-enter", str(jam.id), style=BLUE)
        if tries and tries[0].entry.state is not EntryState.WORKING:
            yield Control(answers.CHANGE, "jam-change", str(tries[0].entry.id), style=BLUE)
    if any(one.entry.state is EntryState.ENTERED for one in tries):
        yield Control(answers.WITHDRAW, "jam-withdraw", str(jam.id), style=RED)


def close_button(jam: Jam) -> ui.View:
    """The phase that it ends is part of it: pressed later, it must not end the next one."""
    return folded([Control(answers.CLOSE_NOW, "jam-close", f"{jam.id}-{jam.state.value}", style=RED)])
