"""What an album says of its songs: in its messages, and in the files beside its tracks."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from cogs.text import labels
from cogs.text.clean import clean, clean_label, credits_text, duration, jump, mention
from cogs.text.jams import posts
from jobs.models import NOBODY, Clip, Job, Place, Post
from jobs.models.jams.album import Album, Track
from jobs.models.jams.figures import Turn
from jobs.rules.names import full_title

COMES = "I put the album together and post it here. It costs nothing."
CREDITS, PAGE = "credits.txt", "album.html"
HOW_TO_PLAY = "Unpack all zips of the album into one folder: this page plays what is beside it."
LISTEN_THERE = "its message on Discord"
NOT_IN_ZIPS, WORDS, MADE = "Not in the zips", "Words", "Who made it, of what"
_TITLE, _NAME, _LINE = 80, 60, 300
# Named in one line of a message.
_MEMBERS = 12
# By operation, what somebody did to make a song of nothing, or of the one before.
_DEEDS = {
    "suno.create": "described",
    "suno.custom": "wrote",
    "suno.cover": "covered it",
    "suno.extend": "extended it",
    "suno.concat": "joined it with what it extends",
    "suno.sing": "wrote, for a persona to sing,",
    "suno.upload": "brought",
    "riffusion.describe": "described",
    "riffusion.lyrics": "wrote",
    "riffusion.cover": "covered it",
    "riffusion.extend": "extended it",
    "riffusion.replace": "replaced a section of it",
    "riffusion.sound": "gave it another sound",
    "riffusion.vocals": "gave it another voice",
    "riffusion.upload": "brought",
}


def is_here(job: Job, place: Place) -> str:
    return f"The album is here: {jump(job.guild_id, place)}."


def heading(job: Job, album: Album) -> str:
    return f"<@{job.user_id}>, here is the album of jam #{album.jam.id}."


def lines(post: Post, album: Album) -> list[str]:
    """The ranking in the first message; in one that follows, what its zip holds."""
    if post.seq:
        return [_line(track) for track in album.tracks if track.clip.position in post.attached]
    return [_line(track) for track in album.tracks]


def _line(track: Track) -> str:
    title = clean(posts.titled(track.clip), _TITLE)
    by = ", ".join(map(mention, track.members[:_MEMBERS]))
    letter = f"**{track.entry.letter}** · " if track.entry.letter else ""
    return f"{track.number}. {letter}*{title}* · {by}{_after(votes(track))}"


def _after(text: str) -> str:
    return f" · {text}" if text else ""


def contents(post: Post) -> str:
    """What is in the zips, below the ranking."""
    if post.seq:
        return ""
    return f"Zipped, with `{CREDITS}` and `{PAGE}`, which plays the tracks: unpack all zips into one folder."


def without(track: Track, guild_id: int, *, lost: bool) -> str:
    """Of a track that is in no zip: why, and where it can be heard."""
    why = "its file cannot be had" if lost else "left out, as it is too large or one too many"
    where = f" · {LISTEN_THERE}: {jump(guild_id, track.place)}" if track.place else ""
    return f"{track.number}. {clean(posts.titled(track.clip), _TITLE)}: {why}{where}"


def votes(track: Track) -> str:
    """Empty where there was no vote."""
    return "" if track.entry.place is None else posts.votes(track.entry.points)


def named(user_id: int, names: Mapping[int, str]) -> str:
    """Who somebody is, where nothing can be looked up."""
    if user_id == NOBODY:
        return mention(NOBODY)
    return clean_label(names.get(user_id, ""), _NAME) or f"member {user_id}"


def whose(track: Track, names: Mapping[int, str]) -> str:
    return ", ".join(named(user_id, names) for user_id in track.members)


def about(album: Album, names: Mapping[int, str]) -> list[str]:
    """What an album is of, and what it cost."""
    jam = album.jam
    day = datetime.fromtimestamp(jam.created_at, UTC).strftime("%d %B %Y").lstrip("0")
    paid = f"The pot paid {credits_text(album.used)}." if album.used else "It cost nothing."
    return [f"Jam #{jam.id}, begun on {day}. Host: {named(jam.user_id, names)}.", paid]


def written(album: Album, names: Mapping[int, str], files: Mapping[int, str]) -> str:
    """All credits as plain text."""
    head = [clean_label(album.jam.theme, posts.THEME), *about(album, names)]
    tracks = (line for track in album.tracks for line in _credit(track, album, names, files))
    return "\n".join([*head, *tracks]) + "\n"


def _credit(track: Track, album: Album, names: Mapping[int, str], files: Mapping[int, str]) -> Sequence[str]:
    clip = track.clip
    there = f": {jump(album.jam.guild_id, track.place)}" if track.place else ""
    return [
        "",
        clean_label(
            f"{track.number}. {posts.titled(clip)}{_after(duration(clip.duration))} - {whose(track, names)}",
            _LINE,
        ),
        *(f"   {line}" for line in [standing(track)] if line),
        f"   {files.get(clip.position) or NOT_IN_ZIPS + there}",
        *(f"   {line}" for line in made(track, names)),
    ]


def standing(track: Track) -> str:
    """Its place, where there was a vote, and the letter under which it was heard."""
    entry = track.entry
    place = f"Place {entry.place}, with {votes(track)}" if entry.place else ""
    return "; ".join(filter(None, (place, entry.letter and f"Entry {entry.letter}")))


def made(track: Track, names: Mapping[int, str]) -> list[str]:
    """Who did what, from the first song that is known to this one; or turn by turn."""
    if track.turns:
        whole = clean_label(f"All of it: {full_title(track.clip)} ({_facts(track.clip)})", _LINE)
        return [*(_turn(one, names) for one in track.turns), whole]
    chain = [*reversed(track.ancestors), track.clip]
    first = chain[0].parent_clip_id
    unknown = [f"From a song that was made elsewhere, clip {clean_label(first, _NAME)}"] if first else []
    return unknown + [_deed(clip, names) for clip in chain]


def _deed(clip: Clip, names: Mapping[int, str]) -> str:
    deed = _DEEDS.get(clip.operation, "made")
    return clean_label(f"{named(clip.user_id, names)} {deed}: {full_title(clip)} ({_facts(clip)})", _LINE)


def _turn(one: Turn, names: Mapping[int, str]) -> str:
    entry = one.entry
    if one.chosen is not None:
        return f"{entry.turn}. {_deed(one.chosen, names)}"
    return clean_label(f"{entry.turn}. {named(entry.user_id, names)} wrote: {entry.words}", _LINE)


def _facts(clip: Clip) -> str:
    facts = [labels.in_reports(clip.operation)]
    if clip.model:
        facts.append(f"model {clip.model}")
    if clip.params.get("persona_id"):
        facts.append(f"persona {clip.params['persona_id']}")
    facts.append(f"clip {clip.clip_id}" if clip.clip_id else "")
    return clean_label(", ".join(filter(None, facts)), _LINE)
