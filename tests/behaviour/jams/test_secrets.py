"""Until the result nothing that Discord shows to anybody but the author tells whose an entry is."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobs.models.jam import JamState
from jobs.store.jam_schema import jam
from jobs.store.queries import clips
from tests.behaviour.commands.acts import answer, told
from tests.behaviour.jams.conftest import Contest, contest_with
from tests.behaviour.jams.listening import Wire, listening
from tests.fakes.api_faults import FaultyMusicApi

WORDS = {"mia": "cobaltwords", "ravi": "saffronwords", "noor": "vermilionwords"}
LISTS = (
    "songs list", "songs top", "jobs mine", "status", "credits mine", "jam list", "jam show", "persona list",
)  # fmt: skip
# Presses of ids that no message offers, at a hidden job and its entry.
FORGED = (
    "encore:job:1", "encore:again:1", "encore:edit:1", "encore:words:1-0", "encore:text:1", "encore:wavs:1",
    "encore:wavs-agree:1-99", "encore:zip:1", "encore:like:1-0", "encore:likes:1", "encore:send:1",
    "encore:look:1", "encore:cancel:1", "encore:retry:1", "encore:remove:1", "encore:jam-choose:1-1",
    "encore:jam-retry:1", "encore:jam-give-up:1", "encore:open:1-0",
)  # fmt: skip


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    with listening(monkeypatch) as heard:
        yield heard


async def enter_all(contest: Contest, wire: Wire, *, swapped: bool = False) -> None:
    """Three enter, each with words of their own; swapped, the first two enter each other's."""
    order = [("mia", "ravi"), ("ravi", "mia")] if swapped else [("mia", "mia"), ("ravi", "ravi")]
    for who, whose in [*order, ("noor", "noor")]:
        wire.actor = who
        await contest.entered(who, f"a song of {WORDS[whose]}")
        wire.actor = ""


async def test_what_members_made_is_in_no_byte_but_their_own_private_answers(
    contest: Contest, wire: Wire
) -> None:
    await contest.start()
    await enter_all(contest, wire)
    [first, _] = await contest.world.parts.store.read(clips.of_job, 1)
    assert WORDS["mia"] in first.title.lower(), "the API names a song after its prompt"
    wire.actor = "mia"
    assert WORDS["mia"] in told(await contest.pressed("mia", await contest.panel(), "My entry")).lower()

    await everybody_looks(contest, wire, first.clip_id)
    wire.actor = ""
    await contest.close()
    await contest.reach(JamState.VOTING)
    await contest.said("songs, letter by letter above")
    await everybody_looks(contest, wire, first.clip_id)
    for who, word in WORDS.items():
        assert [one for one in wire.seen_by_others(who) if word.encode() in one.data.lower()] == []
    assert [one for one in wire.seen_by_others("mia") if first.clip_id.encode() in one.data] == []
    gallery = [one for one in wire.sent if b".mp3" in one.data and not one.private]
    assert len(gallery) == 3
    for one in gallery:
        for member in contest.members.values():
            assert str(member.id).encode() not in one.data
        assert b"ID3" not in one.data
    wire.actor = "noor"
    await contest.vote(
        "noor", *[letter for letter in "ABC" if letter != await letter_of(contest, "noor")][:1]
    )
    wire.actor = ""
    await contest.close()
    await contest.reach(JamState.DONE)
    shown = b"".join(one.data.lower() for one in wire.sent if one.path.startswith("/channels/"))
    assert all(word.encode() in shown for word in WORDS.values()), "in the end it is told"


async def everybody_looks(contest: Contest, wire: Wire, clip_id: str) -> None:
    """Ask for it in every way that there is, as another member and as a moderator."""
    for who in ("noor", "mod"):
        wire.actor = who
        await ask_for_all(contest, who, clip_id)
        panel = await contest.panel()
        for custom_id in FORGED:
            await press_forged(contest, who, panel.id, custom_id)
    for command in ("jobs server", "credits server", "settings audit"):
        await contest.world.mod.slash(contest.world.channel, command)


async def ask_for_all(contest: Contest, who: str, clip_id: str) -> None:
    world, member = contest.world, contest.members[who]
    for command in LISTS:
        await member.slash(world.channel, command)
    await member.slash(world.channel, "songs list", member=world.mia, kind="any")
    await member.slash(world.channel, "clip", clip_id=clip_id)
    for command in ("jobs repost", "jobs look-again", "jobs cancel", "jobs remove"):
        await member.slash(world.channel, command, job=1)
    for typed in ("", WORDS["mia"], clip_id[:8]):
        await member.autocomplete(world.channel, "clip", "clip_id", typed)
        await member.autocomplete(world.channel, "wav", "clip_id", typed)
    await member.autocomplete(world.channel, "jobs repost", "job", "")
    for message in [one for one in world.messages() if one.attachments]:
        await member.context_menu(world.channel, "Cover this", message)


async def press_forged(contest: Contest, who: str, message_id: int, custom_id: str) -> None:
    """Send what a client that makes up ids would send."""
    backend = contest.world.env.backend
    message = backend.get_message(contest.world.channel.id, message_id)
    row = {"type": 1, "components": [{"type": 2, "style": 2, "label": "forged", "custom_id": custom_id}]}
    before, message.components = message.components, [*message.components, row]
    try:
        shown = next(one for one in contest.world.messages() if one.id == message_id)
        await contest.members[who].click(shown, custom_id=custom_id)
    finally:
        message.components = before


async def letter_of(contest: Contest, who: str) -> str:
    mine = told(await contest.pressed(who, await contest.panel(), "My entry"))
    return mine.partition("letter ")[2][0]


async def until_the_vote(contest: Contest, wire: Wire, *, swapped: bool) -> list[str]:
    """What everybody can read of a contest up to its vote, without what is drawn anew each time."""
    await contest.start()
    await contest.world.parts.store.write(lambda c: c.execute(sa.update(jam).values(seed="fixed")))
    await enter_all(contest, wire, swapped=swapped)
    await contest.close()
    await contest.reach(JamState.VOTING)
    await contest.said("songs, letter by letter above")
    public = [one for one in wire.sent if one.path.startswith("/channels/")]
    texts = [re.sub(r"[0-9a-f]{16}", "nonce", repr(one.data)) for one in public]
    return [
        re.sub(r"<@\d+>, there is news|'users': \[.*?\]|\"users\": \[.*?\]|<t:\d+", "", text)
        for text in texts
    ]


async def test_with_authors_swapped_everybody_reads_the_same(
    api: FaultyMusicApi, wire: Wire, tmp_path: Path
) -> None:
    seen = []
    for swapped in (False, True):
        folder = tmp_path / str(swapped)
        folder.mkdir()
        wire.sent.clear()
        async with contest_with(api, folder) as contest:
            seen.append(await until_the_vote(contest, wire, swapped=swapped))
    assert len(seen[0]) > 6
    assert seen[0] == seen[1]


async def test_who_looked_whose_it_is_is_told_with_the_result(contest: Contest, wire: Wire) -> None:
    await contest.start()
    await enter_all(contest, wire)
    await contest.close()
    await contest.reach(JamState.VOTING)
    await contest.said("songs, letter by letter above")
    refused = await contest.members["ravi"].slash(contest.world.channel, "jam peek", entry="A")
    assert told(refused).startswith("Only moderators")
    looked = told(await contest.world.mod.slash(contest.world.channel, "jam peek", entry="a"))
    assert looked.startswith("A is by <@")
    await contest.close()
    assert await contest.said(f"<@{contest.world.mod.id}> looked <t:")
    audit = answer(await contest.world.mod.slash(contest.world.channel, "settings audit"))
    assert "looked whose an entry of a jam is" in str(audit.embeds[0].description)
