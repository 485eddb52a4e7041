"""Statements on listening parties: the songs of a jam in a channel, one message after the other.

A party is its next message: noted with the one before it, and due when that has been heard.
"""

import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models.jam import HIDING, Jam, JamPost, JamState, Say
from jobs.models.rejections import JamProblem, JamRefused
from jobs.store.jam_schema import jam_post
from jobs.store.locks import hold_jam
from jobs.store.queries.jams import jams, posts
from jobs.store.queries.library import removals


def begin(
    c: Connection, jam_id: int, channel_id: int, *, every: float, now: float, voice: int = 0
) -> int | JamRefused:
    """Begin to play the songs of a jam in a channel; how many they are. `every`: see `heard_after`.

    `voice` is the voice channel where they are heard as well; 0 for none.
    """
    hold_jam(c, jam_id)
    one = jams.by_id(c, jam_id)
    if one is None:
        return JamRefused(JamProblem.GONE)
    if (why := _why_not(c, one, channel_id, voice=voice)) is not None:
        return JamRefused(why, one.id)
    songs = [each for each in jams.standings(c, one) if each.clip is not None]
    programme = [each.entry.id for each in songs if removals.of_job(c, each.entry.job_id) is None]
    if not programme:
        return JamRefused(JamProblem.NOTHING_TO_HEAR, one.id)
    said = {"programme": programme, "at": 0, "every": every, "voice": voice}
    _plan(c, one.id, channel_id, said, now=now, due_at=now)
    return len(programme)


def _why_not(c: Connection, one: Jam, channel_id: int, *, voice: int) -> JamProblem | None:
    if (one.hidden and one.state in HIDING) or one.state is JamState.CANCELLED:
        return JamProblem.NOT_OVER
    if one.about.in_turn:
        return JamProblem.ONE_SONG
    here = posts.IS_NEXT_TRACK, jam_post.c.channel_id == channel_id
    if c.scalar(sa.select(jam_post.c.jam_id).where(*here)) is not None:
        return JamProblem.PARTY_HERE
    if voice and any(other.guild_id == one.guild_id for other, _, _ in calls(c)):
        return JamProblem.CALL_HERE
    return None


def played(c: Connection, one: JamPost, message_id: int, *, next_at: float, now: float) -> bool:
    """Note that a song is in the channel, and when the next is due; False where all was stopped meanwhile.

    After the last song of a call comes its end, which is due as another song would be.
    """
    hold_jam(c, one.jam_id)
    here = jam_post.c.id == one.id, jam_post.c.message_id.is_(None)
    if not c.execute(sa.update(jam_post).where(*here).values(message_id=message_id)).rowcount:
        return False
    at = int(one.said["at"]) + 1
    if at < len(one.said["programme"]) + bool(one.said.get("voice")):
        said = {**one.said, "at": at, "after": one.seq}
        _plan(c, one.jam_id, one.channel_id, said, now=now, due_at=next_at)
    return True


def skip(c: Connection, jam_id: int, seq: int, *, now: float) -> bool:
    """Let the song after a message come now; False where it has come, or there is none."""
    hold_jam(c, jam_id)
    after = [one for one in posts.next_tracks(c, jam_id) if one.said.get("after") == seq]
    for one in after:
        c.execute(sa.update(jam_post).where(jam_post.c.id == one.id).values(due_at=now))
    return bool(after)


def stop(c: Connection, jam_id: int, seq: int) -> bool:
    """Let nothing come after a message in its channel; False where nothing would."""
    hold_jam(c, jam_id)
    heard = sa.select(jam_post.c.channel_id).where(
        jam_post.c.jam_id == jam_id, jam_post.c.name == Say.TRACK, jam_post.c.seq == seq
    )
    channel_id = c.scalar(heard)
    left = [one for one in posts.next_tracks(c, jam_id) if one.channel_id == channel_id]
    for one in left:
        posts.mark_sent(c, one.id, 0)
    return bool(left)


def calls(c: Connection) -> list[tuple[Jam, JamPost, JamPost | None]]:
    """List the parties that are heard in voice channels: the jam, what comes next, and the song of now."""
    live = sa.select(jam_post.c.jam_id).where(posts.IS_NEXT_TRACK)
    found = []
    # As a text first: an id of Discord's is more than what PostgreSQL takes for an integer.
    heard = sa.cast(jam_post.c.said["voice"].as_string(), sa.BigInteger) > 0
    for jam_id in c.scalars(live.where(heard).distinct()).all():
        one, told = jams.by_id(c, jam_id), posts.of_name(c, jam_id, Say.TRACK)
        by_seq = {each.seq: each for each in told}
        coming = [each for each in told if each.message_id is None and each.said.get("voice")]
        found += [(one, each, by_seq.get(each.said.get("after", -1))) for each in coming if one is not None]
    return found


def put_next(c: Connection, post_id: int, *, due_at: float) -> None:
    """Let what comes next be due when the song of now is over."""
    here = jam_post.c.id == post_id, jam_post.c.message_id.is_(None)
    c.execute(sa.update(jam_post).where(*here).values(due_at=due_at))


def end_call(c: Connection, post_id: int) -> None:
    """Let a party go on as messages alone."""
    there = sa.select(jam_post.c.said).where(jam_post.c.id == post_id).with_for_update()
    said = c.scalar(there) or {}
    c.execute(
        sa.update(jam_post).where(jam_post.c.id == post_id).values(said={**said, "voice": 0, "lost": True})
    )


def _plan(
    c: Connection, jam_id: int, channel_id: int, said: dict[str, Any], *, now: float, due_at: float
) -> None:
    values = {
        "jam_id": jam_id, "name": Say.TRACK, "seq": posts.next_seq(c, jam_id, Say.TRACK),
        "nonce": secrets.token_hex(8), "created_at": now, "due_at": due_at, "channel_id": channel_id,
        "entry_id": [*said["programme"], None][said["at"]], "said": said,
    }  # fmt: skip
    c.execute(sa.insert(jam_post).values(values))
