"""What can be made of a piece: a continuation, a cover, another section, other instruments, another voice."""

import math
from dataclasses import replace
from typing import Final

from sandbox.sound import descriptions
from sandbox.sound.arrangement import played, written
from sandbox.sound.genres import GENRES
from sandbox.sound.melody import with_words
from sandbox.sound.pieces import Piece, Splice, with_patches
from sandbox.sound.plan import VOICES, Plan, continued_form, singers
from sandbox.sound.score import BEATS_PER_BAR, PARTS, SUNG_PARTS, Note, Score, Section, Track
from sandbox.sound.seeds import by_hand, stream
from sandbox.sound.syllables import Sung, sung_lines

INSTRUMENTS: Final = tuple(part for part in PARTS if part not in SUNG_PARTS)

_RING_SECONDS: Final = 2.2
_OCTAVE: Final = 12
_VOICE_WORDS: Final = {
    "soprano": frozenset({"soprano", "female", "woman", "girl"}),
    "alto": frozenset({"alto", "warm", "husky", "contralto"}),
    "tenor": frozenset({"tenor", "male", "man", "boy", "deep", "baritone"}),
}


def extend(piece: Piece, at: float, words: str, *, take: int, seconds: float) -> Piece:
    """The piece up to second `at`, and from there on about `seconds` more, in one score.

    Key, tempo, chords and instruments stay; the tune is another one. What was playing goes on to its next
    bar line. The result's `begins` is where the new part starts, so it sounds alone; at 0 all of it sounds.
    """
    old, tempo = piece.score, piece.score.tempo
    cut = piece.begins + at
    line = BEATS_PER_BAR * math.ceil(old.beat_at(cut) / BEATS_PER_BAR - 1e-6)
    ring = min(_RING_SECONDS, _RING_SECONDS * seconds / 8)
    playing = seconds - ring - (old.seconds_at(line) - cut)
    bars = max(1, round(playing * tempo / 60 / BEATS_PER_BAR))
    plan = replace(piece.plan, variation=f"{words}\n{take}", lines=_lines(piece.plan, words))
    sections = continued_form(line, bars)
    length = old.seconds_at(sections[-1].end) + ring
    new = played(plan, sections, end=length * tempo / 60)
    tracks = tuple(
        Track(track.part, track.patch, (*_before(track.notes, line), *new[track.part]))
        for track in old.tracks
    )
    score = replace(old, seconds=length, sections=(*_up_to(old.sections, line), *sections), tracks=tracks)
    splices = tuple(
        replace(splice, ends=min(splice.ends, cut)) for splice in piece.splices if splice.starts < cut
    )
    return Piece(plan, score, splices, cut)


def cover_version(piece: Piece, words: str, style: str, *, take: int, voice: str = "") -> Piece:
    """The same melody and chords over the same sections, played by another band in another style."""
    old = piece.plan
    genre = descriptions.genre_of(style or words)
    slowest, fastest = GENRES[genre].tempo
    tempo = min(max(piece.score.tempo, slowest), fastest)
    patches = dict(old.patches) | _others(piece, style, genre, take=take)
    plan = replace(old, genre=genre, tempo=tempo, patches=patches | singers(voice), lines=_lines(old, words))
    stretch = piece.score.tempo / tempo
    score = written(plan, piece.score.sections, tempo=tempo, seconds=piece.score.seconds * stretch)
    for part in {plan.lead, *SUNG_PARTS}:
        notes = _sung(piece.notes(part), score, plan.lines) if words else piece.notes(part)
        score = score.with_track(Track(part, plan.patches[part], notes))
    return Piece(plan, score, begins=piece.begins * stretch)


def replace_section(piece: Piece, starts: float, ends: float, words: str, *, take: int) -> Piece:
    """The piece with everything between two seconds played anew, in the same key, tempo and instruments."""
    old = piece.score
    lines = _lines(piece.plan, words)
    plan = replace(
        piece.plan, seed=f"{piece.plan.seed}\n{words}\n{starts:g} {ends:g}", take=take, lines=lines
    )
    other = written(plan, old.sections, tempo=old.tempo, seconds=old.seconds)
    splice = Splice(piece.begins + starts, piece.begins + ends, other)
    return replace(piece, splices=(*piece.splices, splice))


def swap_sound(piece: Piece, style: str, *, take: int) -> Piece:
    """Every note as it was, each on another instrument; the voices stay."""
    genre = descriptions.genre_of(style)
    patches = _others(piece, style, genre, take=take)
    swapped = piece.changed(lambda score: with_patches(score, patches))
    return replace(swapped, plan=replace(piece.plan, patches={**piece.plan.patches, **patches}))


def swap_vocals(piece: Piece, words: str, style: str, *, take: int) -> Piece:
    """The same band and the same tune with another singer; a piece without one gets one."""
    plan = piece.plan
    voice = _voice(style, plan.patches["Vocals"], take=take)
    lines = _lines(plan, words)
    source = "Vocals" if piece.notes("Vocals") else plan.lead

    def sung(score: Score) -> Score:
        for part, patch in singers(voice).items():
            notes = score.track(source if part == "Vocals" else part).notes
            rng = stream(plan.seed, words, style, take, "another singer", part)
            phrased = tuple(replace(note, velocity=by_hand(rng, note.velocity)) for note in notes)
            score = score.with_track(Track(part, patch, _sung(_in_range(phrased, voice), score, lines)))
        return score

    patches = {**plan.patches, **singers(voice)}
    return replace(piece.changed(sung), plan=replace(plan, lead="Vocals", patches=patches, lines=lines))


def _lines(plan: Plan, words: str) -> Sung:
    return sung_lines(words) if words else plan.lines


def _before(notes: tuple[Note, ...], beat: float) -> tuple[Note, ...]:
    return tuple(note for note in notes if note.start < beat)


def _up_to(sections: tuple[Section, ...], line: float) -> tuple[Section, ...]:
    """The sections before a bar line; the last one reaches it, also where it used to end earlier."""
    kept = [section for section in sections if section.start < line]
    return tuple(
        replace(section, beats=(kept[index + 1].start if index + 1 < len(kept) else line) - section.start)
        for index, section in enumerate(kept)
    )


def _others(piece: Piece, style: str, genre: str, *, take: int) -> dict[str, str]:
    """For every instrumental part an instrument other than its own, of the genre as far as it has some.

    Two takes on one style have different ones, but for parts that know only two instruments in all.
    """
    rng = stream(piece.plan.seed, style, "other instruments")
    chosen: dict[str, str] = {}
    for part in INSTRUMENTS:
        now = piece.score.track(part).patch
        known = sorted({patch for each in GENRES.values() for patch in each.patches[part]} - {now})
        usual = GENRES[genre].patches[part]
        order = sorted(rng.permutation(known).tolist(), key=usual.__contains__, reverse=True)
        chosen[part] = order[take % len(order)]
    return chosen


def _sung(notes: tuple[Note, ...], score: Score, lines: Sung) -> tuple[Note, ...]:
    """The notes with new words, each section with those of its kind."""
    sung: list[Note] = []
    for index, section in enumerate(score.sections):
        end = section.end if index + 1 < len(score.sections) else math.inf
        here = tuple(note for note in notes if section.start <= note.start < end)
        sung += with_words(here, lines.verse if section.name == "verse" else lines.chorus)
    return tuple(sung)


def _in_range(notes: tuple[Note, ...], voice: str) -> tuple[Note, ...]:
    """The tune moved by whole octaves to where the voice is at home."""
    if not notes:
        return ()
    low, high = VOICES[voice]
    middle = sum(note.pitch for note in notes) / len(notes)
    shift = _OCTAVE * round(((low + high) / 2 - middle) / _OCTAVE)
    return tuple(replace(note, pitch=note.pitch + shift) for note in notes)


def _voice(style: str, now: str, *, take: int) -> str:
    """The voice that the style asks for, else another one than now, another for each take."""
    words = set(descriptions.words_of(style))
    asked = [voice for voice, known in _VOICE_WORDS.items() if known & words]
    others = [voice for voice in VOICES if voice != now]
    return asked[0] if asked else others[take % len(others)]
