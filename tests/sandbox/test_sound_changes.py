import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from sandbox import sound
from sandbox.sound.changes import INSTRUMENTS
from sandbox.sound.harmony import SCALES
from sandbox.sound.pieces import Splice
from sandbox.sound.plan import VOICES
from sandbox.sound.score import SUNG_PARTS

Samples = NDArray[np.float32]
Change = Callable[[sound.Piece, int], sound.Piece]
RATE = 48_000
WORDS = "[Verse]\nOut beyond the pier\n[Chorus]\nNorthbound, northbound"


@pytest.fixture(scope="module")
def song() -> sound.Piece:
    return sound.begin("paper lanterns on the water, rock", seconds=6)


@pytest.fixture(scope="module")
def mix(song: sound.Piece) -> Samples:
    return sound.render_mix(song)


def tune(piece: sound.Piece, part: str = "Vocals") -> list[tuple[float, int]]:
    return [(note.start, note.pitch) for note in piece.notes(part)]


def loudness(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


def test_a_new_piece_is_the_composed_song(song: sound.Piece, mix: Samples) -> None:
    assert song.score == sound.compose("paper lanterns on the water, rock", seconds=6)
    assert np.array_equal(mix, sound.mix(sound.render(song)))


def test_an_extension_goes_on_in_key_tempo_and_instruments(song: sound.Piece) -> None:
    longer = sound.extend(song, 3.7, WORDS, take=0, seconds=6)
    assert (longer.score.key, longer.score.scale, longer.score.tempo) == (
        *(song.score.key, song.score.scale),
        song.score.tempo,
    )
    assert [track.patch for track in longer.score.tracks] == [track.patch for track in song.score.tracks]
    assert longer.begins == 3.7
    assert longer.seconds == pytest.approx(6, abs=0.6 * song.score.seconds_at(4))
    cut = song.score.beat_at(3.7)
    kept = [note for note in tune(song) if note[0] < cut]
    assert tune(longer)[: len(kept)] == kept
    later = [note for note in longer.notes("Vocals") if note.start >= cut]
    assert later != [note for note in song.notes("Vocals") if note.start >= cut]
    scale = SCALES[song.score.scale]
    assert {(note.pitch - song.score.key) % 12 for note in later} <= set(scale)


def test_the_whole_is_the_song_up_to_the_cut_and_then_the_extension(song: sound.Piece, mix: Samples) -> None:
    longer = sound.extend(song, 3.7, WORDS, take=0, seconds=4)
    alone, whole = sound.render_mix(longer), sound.render_mix(longer.from_the_start())
    cut = round(3.7 * RATE)
    assert len(whole) == cut + len(alone)
    assert np.array_equal(whole[cut:], alone)
    assert np.max(np.abs(whole[:cut] - mix[:cut])) < 1e-5
    assert loudness(alone[:RATE]) > 0.02
    other = sound.render_mix(sound.extend(song, 3.7, WORDS, take=1, seconds=4))
    assert not np.array_equal(alone, other)


def test_an_extension_can_be_extended(song: sound.Piece) -> None:
    first = sound.extend(song, 4, WORDS, take=0, seconds=4)
    second = sound.extend(first, 2, WORDS, take=1, seconds=4)
    assert second.begins == 6
    assert second.from_the_start().seconds == pytest.approx(6 + second.seconds, abs=1e-4)
    names = [section.name for section in second.score.sections]
    ends = [0.0, *(section.end for section in second.score.sections)]
    assert [section.start for section in second.score.sections] == ends[:-1]
    assert len(names) > len(song.score.sections)


@pytest.mark.parametrize("at", [0.1, 6.0])
def test_an_extension_starts_anywhere(song: sound.Piece, at: float) -> None:
    longer = sound.extend(song, at, "", take=0, seconds=3)
    samples = sound.render_mix(longer)
    assert len(samples) == round(longer.score.seconds * RATE) - round(at * RATE)
    assert loudness(samples) > 0.02


@pytest.mark.parametrize("take", [0, 1])
def test_a_cover_keeps_the_melody_with_other_instruments(song: sound.Piece, take: int) -> None:
    other = sound.cover_version(song, WORDS, "bossa nova, jazz", take=take)
    assert tune(other) == tune(song)
    assert other.score.key == song.score.key
    assert other.score.genre == "jazz"
    for part in INSTRUMENTS:
        assert other.score.track(part).patch != song.score.track(part).patch
    sung = [note.sound for note in other.notes("Vocals")]
    assert sung != [note.sound for note in song.notes("Vocals")]
    assert loudness(sound.render_mix(other)) > 0.02


def test_two_takes_on_a_style_have_different_instruments(song: sound.Piece) -> None:
    changes: list[Change] = [
        lambda each, take: sound.cover_version(each, "", "jazz", take=take),
        lambda each, take: sound.swap_sound(each, "jazz", take=take),
    ]
    for change in changes:
        one, other = change(song, 0), change(song, 1)
        same = {p for p in INSTRUMENTS if one.score.track(p).patch == other.score.track(p).patch}
        assert same <= {"Percussion", "FX"}


def test_a_cover_of_an_instrumental_keeps_the_tune_of_the_one_who_leads() -> None:
    played = sound.begin("slow dawn over a harbor", seconds=6, instrumental=True)
    other = sound.cover_version(played, "", "techno", take=0)
    assert tune(other, played.plan.lead) == tune(played, played.plan.lead)
    assert tune(other) == []


def test_a_cover_can_be_given_a_voice(song: sound.Piece) -> None:
    for voice in VOICES:
        assert sound.cover_version(song, "", "folk", take=0, voice=voice).score.track("Vocals").patch == voice


def test_a_replaced_section_differs_only_between_its_ends(song: sound.Piece, mix: Samples) -> None:
    stems = sound.render(sound.replace_section(song, 2.0, 3.5, WORDS, take=0))
    samples = sound.mix(stems)
    low, high = 2 * RATE, round(3.5 * RATE)
    assert np.array_equal(samples[:low], mix[:low])
    assert np.array_equal(samples[high:], mix[high:])
    assert loudness(samples[low:high] - mix[low:high]) > 0.2 * loudness(mix[low:high])


def test_a_splice_is_bent_in_and_out_so_that_neither_end_clicks(song: sound.Piece, mix: Samples) -> None:
    silence = replace(song.score, tracks=tuple(replace(track, notes=()) for track in song.score.tracks))
    loudest = RATE + int(np.argmax(np.abs(mix[RATE : 4 * RATE, 0])))
    splices = (Splice(loudest / RATE, 5.0, silence), Splice(0.5, (loudest - RATE // 5) / RATE, silence))
    samples = sound.render_mix(replace(song, splices=splices))
    assert samples[loudest, 0] == pytest.approx(mix[loudest, 0], rel=0.01)
    for splice in splices:
        low, high = round(splice.starts * RATE), round(splice.ends * RATE)
        assert not samples[low + 1000 : high - 1000].any()
        for edge in (low, high - 1):
            assert np.max(np.abs(samples[edge] - mix[edge])) <= 0.01 * np.max(np.abs(mix))


def test_a_replaced_section_ends_where_an_extension_takes_over(song: sound.Piece) -> None:
    replaced = sound.replace_section(song, 1, 4, WORDS, take=0)
    longer = sound.extend(replaced, 2.5, WORDS, take=0, seconds=3)
    cut = round(2.5 * RATE)
    whole, before = sound.render_mix(longer.from_the_start()), sound.render_mix(replaced)
    assert np.max(np.abs(whole[:cut] - before[:cut])[: cut - 1000]) < 1e-5
    plain = sound.render_mix(sound.extend(song, 2.5, WORDS, take=0, seconds=3).from_the_start())
    assert np.array_equal(whole[cut:], plain[cut:])


def test_two_sections_can_be_replaced_and_then_sung_by_someone_else(song: sound.Piece) -> None:
    twice = sound.replace_section(sound.replace_section(song, 1, 2, WORDS, take=0), 1.5, 3, "else", take=1)
    before, after = sound.render(twice), sound.render(sound.swap_vocals(twice, WORDS, "", take=0))
    assert all(np.array_equal(before[part], after[part]) for part in INSTRUMENTS)
    low, high = twice.score.beat_at(1.5), twice.score.beat_at(3)
    inside = [note for note in twice.splices[1].score.track("Bass").notes if low <= note.start < high]
    assert [note for note in twice.notes("Bass") if low <= note.start < high] == inside


def test_swapped_sound_has_the_same_notes_on_other_instruments(song: sound.Piece) -> None:
    swapped = sound.swap_sound(song, "string quartet instead of the band", take=0)
    assert all(swapped.notes(part) == song.notes(part) for part in sound.PARTS)
    before, after = sound.render(song), sound.render(swapped)
    same = {part for part in sound.PARTS if np.array_equal(before[part], after[part])}
    assert same - set(SUNG_PARTS) == {part for part in INSTRUMENTS if not song.notes(part)}
    assert same >= set(SUNG_PARTS)


def test_swapped_vocals_leave_every_instrument_as_it_was(song: sound.Piece) -> None:
    swapped = sound.swap_vocals(song, WORDS, "", take=0)
    before, after = sound.render(song), sound.render(swapped)
    assert all(np.array_equal(before[part], after[part]) for part in INSTRUMENTS)
    assert not np.array_equal(before["Vocals"], after["Vocals"])
    assert swapped.score.track("Vocals").patch != song.score.track("Vocals").patch
    assert [start for start, _ in tune(swapped)] == [start for start, _ in tune(song)]
    assert {(new - old) % 12 for (_, new), (_, old) in zip(tune(swapped), tune(song), strict=True)} == {0}


@pytest.mark.parametrize(("style", "voice"), [("deep male voice", "tenor"), ("a female voice", "soprano")])
def test_swapped_vocals_follow_the_words(song: sound.Piece, style: str, voice: str) -> None:
    takes = [sound.swap_vocals(song, WORDS, style, take=take) for take in (0, 1)]
    assert [take.plan.patches["Vocals"] for take in takes] == [voice, voice]
    assert takes[0].score != takes[1].score


def test_two_swaps_without_a_wish_have_two_voices(song: sound.Piece) -> None:
    voices = {sound.swap_vocals(song, "", "", take=take).plan.patches["Vocals"] for take in (0, 1)}
    assert voices == set(VOICES) - {song.plan.patches["Vocals"]}


def test_an_instrumental_gets_a_singer() -> None:
    played = sound.begin("slow dawn over a harbor", seconds=4, instrumental=True)
    sung = sound.swap_vocals(played, WORDS, "male voice", take=0)
    assert [start for start, _ in tune(sung)] == [start for start, _ in tune(played, played.plan.lead)]
    assert tune(sound.extend(sung, 2, WORDS, take=0, seconds=4))[-1][0] > sung.score.sections[-1].end


def test_a_form_of_ones_own_is_kept_to_within_half_a_bar() -> None:
    wished = (("intro", 6.0), ("verse", 12.0), ("chorus", 9.0), ("outro", 6.0))
    score = sound.begin("trailer cue", instrumental=True, segments=wished).score
    assert [section.name for section in score.sections] == [name for name, _ in wished]
    assert score.seconds == 33
    for section, start in zip(score.sections, (0, 6, 18, 27), strict=True):
        assert score.seconds_at(section.start) == pytest.approx(start, abs=0.7 * score.seconds_at(4))


def test_a_voice_can_be_chosen_and_a_length_has_limits() -> None:
    for voice in VOICES:
        piece = sound.begin("a cat", seconds=3, voice=voice)
        low, high = VOICES[voice]
        assert piece.score.track("Backing Vocals").patch == f"{voice} choir"
        assert piece.plan.patches["Vocals"] == voice
        assert all(low <= note.pitch <= high for note in piece.notes("Vocals"))
    with pytest.raises(ValueError, match="2 to 480 seconds"):
        sound.begin("a cat", seconds=1)


def test_another_version_of_words_is_another_text() -> None:
    assert sound.lyrics("two old friends", version=0) == sound.lyrics("two old friends")
    assert sound.title("two old friends") == "Two Old Friends"
    for words in (sound.lyrics, sound.title):
        assert len({words("two old friends", version=version) for version in range(2)}) == 2


def test_an_ogg_file_is_as_long_as_its_sound(mix: Samples) -> None:
    long = np.tile(mix, (4, 1))
    read, rate = soundfile.read(io.BytesIO(sound.encode_ogg(long)), dtype="float32")
    assert (rate, len(read)) == (RATE, len(long))
    assert loudness(read - long) < 0.3 * loudness(long)


def test_a_change_keeps_what_a_further_change_needs(song: sound.Piece) -> None:
    piece = sound.replace_section(song, 1, 2, WORDS, take=1)
    changes: list[Change] = [
        lambda each, take: sound.extend(each, 3, WORDS, take=take, seconds=3),
        lambda each, take: sound.cover_version(each, WORDS, "synthwave", take=take),
        lambda each, take: sound.swap_sound(each, "folk", take=take),
        lambda each, take: sound.swap_vocals(each, WORDS, "", take=take),
        lambda each, take: sound.extend(each, 2, "", take=take, seconds=3),
    ]
    for number, change in enumerate(changes):
        piece = change(piece, number % 2)
        assert piece.score.track("Drums").patch == piece.plan.patches["Drums"]
        assert piece.score.track("Vocals").patch == piece.plan.patches["Vocals"]
        assert piece.score.key == song.score.key
    assert len(sound.render_mix(replace(piece, splices=()))) == round(piece.seconds * RATE)
