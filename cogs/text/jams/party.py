"""What a listening party says."""

from cogs.text.clean import clean, duration, timestamp
from cogs.text.jams.posts import titled
from jobs.models.jam import JamPost
from jobs.models.jams.figures import Standing

LISTEN, SKIP, STOP = "Listen", "Skip", "Stop"
SKIPPED, STOPPED = "The next song comes now.", "The party is over."
_TITLE = 80


def begins(songs: int, voice: int = 0) -> str:
    how = "1 song comes" if songs == 1 else f"{songs} songs come, one after the other"
    how += f", and are heard in <#{voice}>" if voice else ""
    return f"{how}. **{SKIP}** and **{STOP}** are under each, for the host and moderators."


def track(post: JamPost, standing: Standing | None) -> str:
    """Which song it is, of how many, and when the next one comes."""
    at, of = int(post.said["at"]) + 1, len(post.said["programme"])
    parts = [f"**{at} of {of}**"]
    if standing is not None:
        title = clean(titled(standing.clip), _TITLE) if standing.clip else ""
        length = duration(standing.clip.duration) if standing.clip else ""
        parts += [
            f"**{standing.entry.letter}**" if standing.entry.letter else "",
            f"*{title}* {length}".strip(),
        ]
        parts.append(f"<@{standing.entry.user_id}>")
    then = f"next {timestamp(float(post.said['next']))}" if not is_last(post) else "the last one"
    if voice := post.said.get("voice"):
        then = f"in <#{voice}>" + (", the last one" if is_last(post) else "")
    text = f"{' · '.join(filter(None, parts))} - {then}"
    if post.said.get("silent"):
        text += "\nIts file cannot be had any more."
    elif voice and post.said.get("unheard"):
        text += "\nThis kind of file cannot be played in the channel: press play here."
    if post.said.get("lost"):
        text += "\nThe call has ended: press play here."
    if voice:
        return text
    return text if at > 1 else f"{text}\nPress play when a song comes: then all hear the same."


def is_last(post: JamPost) -> bool:
    """Whether nothing comes after a song."""
    return int(post.said["at"]) + 1 == len(post.said["programme"])
