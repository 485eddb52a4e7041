"""From a text to a score: who plays what in which section."""

from collections.abc import Mapping
from typing import Final

from sandbox.sound import band, colours, melody
from sandbox.sound.bars import Bar, bars_of, swung, tonic
from sandbox.sound.harmony import Chord, near, voicing
from sandbox.sound.plan import Plan, form, make_plan, tune_range
from sandbox.sound.score import PARTS, Note, Score, Section, Track
from sandbox.sound.seeds import pick

SHORTEST_SECONDS: Final = 2.0
LONGEST_SECONDS: Final = 480.0

_CENTRES: Final[Mapping[str, int]] = {
    "Backing Vocals": 66,
    "Guitar": 57,
    "Keyboard": 60,
    "Strings": 67,
    "Synth": 72,
    "Brass": 62,
    "Woodwinds": 74,
}
"""Around which pitch a part plays, so that they do not stand in one another's way."""

Notes = dict[str, list[Note]]


def compose(seed_text: str, *, take: int = 0, seconds: float = 20.0, instrumental: bool = False) -> Score:
    """A song for a text, the same one every time.

    `take` numbers the variations on one text. An instrumental leaves both vocal parts empty and gives the
    tune to an instrument. From twelve seconds on all other parts have something to play. Raises `ValueError`
    for a length outside 2 to 480 seconds.
    """
    check_length(seconds)
    plan = make_plan(seed_text, take=take, instrumental=instrumental)
    sections, tempo = form(plan.tempo, seconds)
    return written(plan, sections, tempo=tempo, seconds=seconds)


def check_length(seconds: float) -> None:
    """Raise `ValueError` for a length outside 2 to 480 seconds."""
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        raise ValueError(f"a song lasts {SHORTEST_SECONDS:g} to {LONGEST_SECONDS:g} seconds, not {seconds!r}")


def written(plan: Plan, sections: tuple[Section, ...], *, tempo: float, seconds: float) -> Score:
    """The score of a plan over these sections."""
    notes = played(plan, sections, end=seconds * tempo / 60)
    return Score(
        seed=plan.seed,
        take=plan.take,
        genre=plan.genre,
        tempo=tempo,
        key=plan.key,
        scale=plan.scale,
        seconds=seconds,
        sections=sections,
        tracks=tuple(Track(part, plan.patches[part], notes[part]) for part in PARTS),
    )


def played(plan: Plan, sections: tuple[Section, ...], *, end: float) -> dict[str, tuple[Note, ...]]:
    """The notes per part in these sections and in the chord after them, which rings until beat `end`."""
    notes: Notes = {part: [] for part in PARTS}
    for number, section in enumerate(sections):
        leads_to = sections[number + 1].name if number + 1 < len(sections) else ""
        for part, more in arrange(plan, section, leads_to=leads_to).items():
            notes[part] += more
    for part, more in last_chord(plan, sections[-1].end, end).items():
        notes[part] += more
    return {part: _in_order(plan, notes[part]) for part in PARTS}


def _in_order(plan: Plan, notes: list[Note]) -> tuple[Note, ...]:
    swinging = swung(notes, swing=plan.style.swing, grid=plan.style.grid)
    return tuple(sorted(swinging, key=lambda note: (note.start, note.pitch)))


def arrange(plan: Plan, section: Section, *, leads_to: str = "") -> Notes:
    """The notes of one section, per part; `leads_to` is the name of the section after it."""
    bars = bars_of(plan, section)
    match section.name:
        case "intro":
            notes = _intro(plan, bars)
        case "verse":
            notes = _verse(plan, bars)
        case "chorus":
            notes = _chorus(plan, bars)
        case _:
            notes = _outro(plan, bars)
    notes["FX"] = colours.effects(plan, bars, leads_to=leads_to)
    if plan.lead != "Vocals":
        notes.pop("Vocals", None)
        notes.pop("Backing Vocals", None)
    return notes


def _figure(plan: Plan, part: str, section: str) -> str:
    options = plan.style.guitar if part == "Guitar" else plan.style.keys
    return pick(plan.draw("figure", part, section), options)


def _comped(plan: Plan, part: str, bars: tuple[Bar, ...], figure: str = "") -> list[Note]:
    chosen = figure or _figure(plan, part, bars[0].section)
    return band.comping(plan, part, bars, figure=chosen, centre=_CENTRES[part])


def _tune(plan: Plan, bars: tuple[Bar, ...]) -> tuple[Note, ...]:
    kind = plan.lines.verse if bars[0].section == "verse" else plan.lines.chorus
    return melody.with_words(melody.tune(plan, bars, variation=plan.variation), kind)


def _hook(plan: Plan, bars: tuple[Bar, ...]) -> list[Note]:
    """The chorus's tune, played instead of sung."""
    centre = _CENTRES[plan.hook]
    notes = melody.tune(plan, bars, variation=plan.variation)
    middle = sum(note.pitch for note in notes) / len(notes)
    shift = 12 * round((centre - middle) / 12)
    return [Note(note.start, note.duration, note.pitch + shift, note.velocity * 0.85) for note in notes]


def _intro(plan: Plan, bars: tuple[Bar, ...]) -> Notes:
    notes: Notes = {plan.opener: _comped(plan, plan.opener, bars)}
    notes[plan.hook] = _hook(plan, bars)
    if len(bars) > 1:
        notes["Percussion"] = band.percussion(plan, bars[1:])
    return notes


def _verse(plan: Plan, bars: tuple[Bar, ...]) -> Notes:
    notes: Notes = {
        "Drums": band.drums(plan, bars),
        "Bass": band.bass(plan, bars, _following(plan, "chorus")),
        plan.accompanist: _comped(plan, plan.accompanist, bars),
        plan.answer: colours.answers(plan, bars, centre=_CENTRES[plan.answer]),
    }
    later = bars[len(bars) // 2 :]
    notes["Percussion"] = band.percussion(plan, later)
    if plan.style.tempo[0] < 90 and plan.lead != "Strings":  # noqa: PLR2004 (slow genres have room for a carpet)
        notes["Strings"] = colours.pad(later, centre=_CENTRES["Strings"] - 5, velocity=0.35)
    notes[plan.lead] = list(_tune(plan, bars))
    return notes


def _chorus(plan: Plan, bars: tuple[Bar, ...]) -> Notes:
    tune = _tune(plan, bars)
    notes: Notes = {
        "Drums": band.drums(plan, bars),
        "Percussion": band.percussion(plan, bars),
        "Bass": band.bass(plan, bars, _following(plan, "outro")),
        "Guitar": _comped(plan, "Guitar", bars),
        "Keyboard": _comped(plan, "Keyboard", bars),
        "Strings": colours.pad(bars, centre=_CENTRES["Strings"]),
        "Synth": colours.runs(plan, bars, centre=_CENTRES["Synth"]),
        "Brass": colours.stabs(plan, bars, centre=_CENTRES["Brass"]),
        "Backing Vocals": colours.choir(plan, bars, tune, centre=_CENTRES["Backing Vocals"]),
    }
    if plan.answer == "Woodwinds":
        notes["Woodwinds"] = colours.answers(plan, bars[len(bars) // 2 :], centre=_CENTRES["Woodwinds"])
    notes[plan.lead] = list(tune)
    return notes


def _outro(plan: Plan, bars: tuple[Bar, ...]) -> Notes:
    notes: Notes = {
        "Bass": band.bass(plan, bars, tonic(plan)),
        plan.opener: _comped(plan, plan.opener, bars),
        "Strings": colours.pad(bars, centre=_CENTRES["Strings"] - 3, velocity=0.45),
        "Percussion": band.percussion(plan, bars),
    }
    notes[plan.hook] = _hook(plan, bars)
    return notes


def _following(plan: Plan, name: str) -> Chord:
    return bars_of(plan, Section(name, 0, 4))[0].first


def last_chord(plan: Plan, beat: float, end: float) -> Notes:
    """The chord of rest on the beat after the last section, let go shortly before beat `end`, the last."""
    chord = tonic(plan)
    held = max(0.5, 0.8 * (end - beat))
    notes: Notes = {
        part: [Note(beat, held, pitch, 0.4) for pitch in voicing(chord, _CENTRES[part])]
        for part in ("Keyboard", "Guitar", "Strings")
    }
    notes["Bass"] = [Note(beat, held, near(chord.root, 38), 0.85)]
    notes["Drums"] = [Note(beat, 1, 36, 0.8, "kick"), Note(beat, 1, 36, 0.5, "crash")]
    if plan.lead == "Vocals":
        low, high = tune_range(plan)
        notes["Vocals"] = [
            Note(beat, 0.8 * held, near(chord.root, (low + high) // 2), 0.7, plan.lines.chorus[-1])
        ]
    return notes
