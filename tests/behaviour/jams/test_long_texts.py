"""However much there is to say of a jam, Discord takes it: a result that is refused would never be told."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cogs.text.jams import answers
from cogs.ui.jams import entries as shown
from cogs.ui.jams.messages import content_of, panel
from jobs.jams.service import Try
from jobs.models import Clip, Place
from jobs.models.jam import Entry, EntryState, Jam, JamPost, JamState, Say
from jobs.models.jams.album import Branch
from jobs.models.jams.figures import JamFigures, Standing
from jobs.rules.attachments import MAX_FILES, MAX_REQUEST_BYTES
from tests.jobs.jams_shelf import BRIEF

SOMEBODY = 1_234_567_890_123_456_789
LONG = "_*long* ~~title~~ " * 40


def jam_with(**brief: Any) -> Jam:  # noqa: ANN401 - as in JSON
    given = BRIEF | {"theme": LONG, "state": JamState.SHOWING, "brief": brief}
    return Jam(id=99_999, **given)


def entry(number: int, **changes: object) -> Entry:
    made = {"id": number, "jam_id": 1, "user_id": SOMEBODY, "job_id": number, "state": EntryState.ENTERED}
    return Entry(**made | {"state_at": 0.0, "letter": "ZZ", "points": 999_999, "place": 702} | changes)  # type: ignore[arg-type]


def test_a_result_with_the_longest_lines_and_many_looks_is_one_message() -> None:
    looks = [[SOMEBODY, "ZZ", 1_800_000_000.0 + n] for n in range(200)]
    standings = tuple(Standing(entry(n), Clip(n, 0, "c", "song", LONG)) for n in range(60))
    figures = JamFigures(entered=60, used=10**9, failed=10**6, standings=standings)
    for seq in range(3):
        post = JamPost(1, 1, Say.RESULT, seq, "n", 0.0, 0.0, said={"ballots": 10**6, "votes": 10**6})
        embed = content_of(jam_with(peeks=looks), post, figures)["embed"]
        assert len(embed.description) <= 4096
        assert len(embed) <= 6000
    first = content_of(
        jam_with(peeks=looks[:2]), JamPost(1, 1, Say.RESULT, 0, "n", 0, 0, said=post.said), figures
    )
    assert first["embed"].description.count("looked <t:") == 2


def test_a_tree_with_the_longest_lines_is_one_message_a_page() -> None:
    place = Place(SOMEBODY, SOMEBODY)
    grown = [
        Branch(entry(n), (Clip(n, 0, "c", "song", LONG),), n, Clip(n - 1, 0, "c", "song", LONG, LONG), place)
        for n in range(1, 30)
    ]
    jam = replace(jam_with(song="c", peeks=[[SOMEBODY, "ZZ", 1.8e9]] * 200), kind="tree", hidden=False)
    figures = JamFigures(29, 0, 10**9, 10**6, tuple(Standing(one.entry, one.clip) for one in grown))
    shown_on = []
    for seq in range(3):
        post = JamPost(1, 1, Say.RESULT, seq, "n", 0.0, 0.0, said={"ballots": 10**6, "votes": 10**6})
        embed = content_of(jam, post, figures, branches=grown)["embed"]
        assert len(embed.description) <= 4096
        shown_on.append(embed.description.count("↳"))
    assert shown_on == [12, 12, 5]
    assert len(panel(jam, figures, LONG, grown).description or "") <= 4096


@pytest.mark.parametrize("state", list(EntryState))
def test_my_entry_holds_any_number_of_tries(tmp_path: Path, state: EntryState) -> None:
    songs = []
    for n in range(2):
        songs.append(tmp_path / f"{n}.mp3")
        songs[n].write_bytes(b"x" * (MAX_REQUEST_BYTES // 3))
    takes = (Clip(1, 0, "c", "song", LONG), Clip(1, 1, "d", "song", LONG))
    tries = [
        Try(entry(n, state=state, reason="late"), None, takes, dict(enumerate(songs))) for n in range(40)
    ]
    text = answers.mine(jam_with(), tries)
    assert text.startswith("**Try 40**")
    assert len(text) <= 2000
    files = shown.files(tries)
    assert 1 < len(files) <= MAX_FILES
    assert sum(len(file.fp.read()) for file in files) <= MAX_REQUEST_BYTES
    for file in files:
        file.close()
    view = shown.buttons(jam_with(), tries)
    assert len(view.children) <= 25
