"""What comes of an order: the clips of a task, or the body of an answer."""

import hashlib
import ipaddress
import itertools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from sandbox.music_api.errors import field_invalid, invalid
from sandbox.music_api.operations import Body, Offer
from sandbox.music_api.options import Options
from sandbox.music_api.tasks import Clip, Sound, TaskStore
from sandbox.sound import PARTS, SUNG, Song, songs, words

UNREACHABLE: Final = "The url is not reachable as public direct audio."
UNDECODABLE: Final = "The url could not be decoded as audio."
_TAKES: Final = 2
_ROUNDING: Final = 0.1  # seconds by which a time may lie beyond a clip's end, for listings round it


@dataclass(frozen=True, slots=True)
class Order:
    """An accepted request; its `body` is checked, and in the words of the classic edition."""

    offer: Offer
    body: Body
    store: TaskStore
    options: Options
    new_id: Callable[[], str]
    sound: Sound
    origin: str

    def text(self, name: str) -> str:
        return str(self.body.get(name) or "")

    def said(self) -> str:
        return self.text("tags") or self.text("sound")

    def words(self) -> str:
        return self.text("prompt") or self.text("lyrics")

    def style(self) -> str:
        return self.said() or self.source.tags

    @property
    def source_field(self) -> str:
        return "clip_id" if "clip_id" in self.body else "continue_clip_id"

    @property
    def source(self) -> Clip:
        """The clip that it works on; raises `ApiError` unless it has succeeded."""
        return self.store.finished(self.text(self.source_field), self.offer.terms.provider)

    def whole(self) -> Clip:
        """The same, which must not be a stem."""
        clip = self.source
        if clip.parts != PARTS:
            raise field_invalid(self.offer.spelt(self.source_field))
        return clip

    def changeable(self) -> Clip:
        """The same; where uploads have a task type of their own, it is for them and only for them."""
        clip, terms = self.whole(), self.offer.terms
        if terms.upload_task_type and (self.text("task_type") == terms.upload_task_type) is not clip.uploaded:
            raise field_invalid("task_type")
        return clip

    def second(self, name: str) -> float:
        """A time within the clip; raises `ApiError` for one beyond its end."""
        value, length = float(str(self.body[name])), self.sound.seconds(self.source)
        if value > length + _ROUNDING:
            raise field_invalid(self.offer.spelt(name))
        return min(value, length)

    def clip(self, song: Song, *, fixed: Collection[str] = (), **facts: Any) -> Clip:  # noqa: ANN401 - a clip's
        """A new clip. What the request says of it comes before `facts`, but for what is `fixed`."""
        said = {"title": self.text("title"), "tags": self.said(), "lyrics": self.words()}
        kept = {name: value for name, value in said.items() if value and name not in fixed}
        return Clip(
            clip_id=self.new_id(),
            song=song,
            provider=self.offer.terms.provider,
            created_at=self.store.clock.now(),
            mv=self.text("mv") or self.offer.profile.default_model(self.offer.terms.provider),
            **{**facts, **kept},
        )


def _songs(order: Order) -> tuple[Clip, ...]:
    body, offer = order.body, order.offer
    described = offer.operation in ("suno.create", "riffusion.describe")
    topic = order.text("gpt_description_prompt") or order.text("prompt")
    written = "" if described else order.words()
    style = words.tags(topic) if described and not offer.late else order.said() or topic
    lyrics = written if written and not body.get("auto_lyrics") else words.lyrics(topic or style)
    instrumental = body.get("make_instrumental") is True
    voice = order.text("vocal_gender")
    if persona := order.text("persona_id"):
        if persona not in order.store.personas:
            raise invalid("persona not found.")
        voice = order.store.personas[persona].voice
    lyrics = "[Instrumental]" if instrumental else lyrics
    title = words.title(topic or written or style)
    facts: dict[str, Any] = {"title": title, "tags": style, "lyrics": lyrics, "fixed": ("lyrics", "tags")}
    facts["description"] = topic if offer.operation == "suno.create" else None
    seed, seconds = f"{topic if described else written}\n{style}", order.sound.song_seconds
    begun = [
        songs.begin(seed, take=take, seconds=seconds, instrumental=instrumental, voice=voice)
        for take in range(_TAKES)
    ]
    return tuple(order.clip(song, **facts) for song in begun)


def _changed(change: Callable[[Order, Song, int], Song]) -> Callable[[Order], tuple[Clip, ...]]:

    def make(order: Order) -> tuple[Clip, ...]:
        source = order.changeable()
        kept = {"title": source.title, "tags": source.tags, "lyrics": source.lyrics, "parent": source.clip_id}
        return tuple(order.clip(change(order, source.song, take), **kept) for take in range(_TAKES))

    return make


def _extended(order: Order, song: Song, take: int) -> Song:
    seconds = order.sound.song_seconds
    return songs.extend(song, order.second("continue_at"), order.words(), take=take, seconds=seconds)


def _joined(order: Order) -> tuple[Clip, ...]:
    """The whole song that an extension belongs to."""
    source = order.whole()
    if not source.song.begins:
        raise field_invalid(order.source_field)
    _, parent = order.store.find(source.parent)
    lyrics = "\n\n".join(filter(None, (parent.lyrics, source.lyrics)))
    joined = order.clip(songs.whole(source.song), title=source.title, tags=source.tags, lyrics=lyrics)
    return (replace(joined, mv=source.mv, parent=source.clip_id),)


def _stems(parts: Mapping[str, tuple[str, ...]]) -> Callable[[Order], tuple[Clip, ...]]:
    """One clip a part; beyond those that there are, they come again."""

    def make(order: Order) -> tuple[Clip, ...]:
        source = order.whole()
        count = order.options.full_stems if len(parts) == len(PARTS) else len(parts)
        named = itertools.islice(itertools.cycle(parts.items()), count)
        words_of = {"Vocals": source.lyrics}
        return tuple(
            order.clip(
                source.song, title=f"{source.title} ({name})", lyrics=words_of.get(name, ""), parts=heard
            )
            for name, heard in named
        )

    return make


def _nuro(order: Order) -> tuple[Clip, ...]:
    """One song, sung or played; what was left open is predicted."""
    sung = order.offer.operation == "nuro.song"
    text, profile = order.text("lyrics" if sung else "description"), order.offer.profile
    facts = {"genre": "", "mood": "", "gender": "", "timbre": ""}
    for name in (*facts, "instrument", "theme"):
        known = profile.options(order.offer.operation, name)
        chosen = order.body.get(name) or ([next(iter(known.values()))] if sung and known else [""])
        facts |= {name: str(chosen[0] if isinstance(chosen, list) else chosen)} if known else {}
    segments = order.body.get("segments")
    total = sum(each["duration"] for each in segments) if isinstance(segments, list) else 0
    song = songs.begin(
        "\n".join((text, *facts.values())),
        seconds=float(total or str(order.body.get("duration") or order.sound.song_seconds)),
        instrumental=not sung,
        voice="m" if facts["gender"] == "Male" else "f",
    )
    made = order.clip(song, title=words.title(text), facts=facts if sung else {**facts, "prompt": text})
    return (replace(made, clip_id=f"song-{made.clip_id}", mv=""),)


def _recorded(order: Order) -> tuple[Clip, ...]:
    url = order.text("url")  # nothing is fetched, the address itself is the seed of a sound
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise invalid(UNREACHABLE) from error
    path = PurePosixPath(parts.path)
    own = url.startswith(f"{order.origin}/files/")
    if not own and (parts.scheme != "https" or not _is_public(parts.hostname or "")):
        raise invalid(UNREACHABLE)
    if path.suffix.lower() in (".txt", ".png", ".jpg", ".html", ".pdf"):
        raise invalid(UNDECODABLE)
    if "commercial-recording" in url.lower():
        raise invalid("The upload matches a known commercial recording.")
    # The query of such an address is often a signature that is another one every time.
    seed = hashlib.sha256(f"{parts.netloc}{parts.path}".encode("utf-8", "surrogatepass")).hexdigest()
    try:
        seconds = float(parse_qs(parts.query).get("seconds", ["12"])[0])
    except ValueError as error:
        raise invalid(UNDECODABLE) from error
    shortest, longest = order.options.upload_seconds
    if not shortest <= seconds <= longest:
        raise invalid(f"The audio should be {shortest:g} to {longest:g} seconds long.")
    clip = order.clip(songs.begin(seed, seconds=seconds), title=path.stem or "Upload")
    return (replace(clip, mv="", uploaded=True),)


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.endswith((".local", ".localhost", ".internal"))


_COVERED: Final = _changed(
    lambda order, song, take: songs.cover(song, order.style(), take=take, voice=order.text("vocal_gender"))
)
_REPLACED: Final = _changed(
    lambda order, song, take: songs.replace_section(
        song, order.second("starts"), order.second("ends"), order.text("lyrics"), take=take
    )
)
MAKERS: Final[Mapping[str, Callable[[Order], tuple[Clip, ...]]]] = {
    "suno.create": _songs, "suno.custom": _songs, "suno.sing": _songs, "riffusion.lyrics": _songs,
    "riffusion.describe": _songs, "suno.extend": _changed(_extended), "riffusion.extend": _changed(_extended),
    "suno.cover": _COVERED, "riffusion.cover": _COVERED, "riffusion.replace": _REPLACED,
    "riffusion.sound": _changed(lambda order, song, take: songs.swap_sound(song, order.style(), take=take)),
    "riffusion.vocals": _changed(lambda order, song, take: songs.swap_vocals(song, order.said(), take=take)),
    "suno.concat": _joined, "suno.stems_full": _stems({part: (part,) for part in PARTS}),
    "suno.stems_basic": _stems({"Vocals": SUNG, "Instrumental": PARTS[len(SUNG) :]}),
    "nuro.song": _nuro, "nuro.instrumental": _nuro, "suno.upload": _recorded, "riffusion.upload": _recorded,
    "suno.persona": lambda order: (order.whole(),), "suno.wav": lambda order: (order.source,),
    "suno.lyrics": lambda _: (),
}  # fmt: skip
"""What makes an operation's clips; where none is made, what looks at the one it works on."""


def answer(order: Order, clips: tuple[Clip, ...]) -> dict[str, object]:
    """The body of an answer that holds the result."""
    success: dict[str, object] = {"code": 200, "message": "success"}
    topic = order.text("description")
    match order.offer.terms.makes:
        case "upload":
            return {**success, "clip_id": clips[0].clip_id}
        case "wav":
            wav_url = f"{order.origin}/files/{clips[0].clip_id}.wav"
            return {"message": "success", "data": {"wav_url": wav_url}}
        case "persona":
            persona_id = order.new_id()
            order.store.personas[persona_id] = clips[0].song
            return {**success, "persona_id": persona_id}
        case _:
            texts = [(words.title(topic, version=n), words.lyrics(topic, version=n)) for n in range(2)]
            return {**success, "results": [{"title": title, "lyrics": text} for title, text in texts]}
