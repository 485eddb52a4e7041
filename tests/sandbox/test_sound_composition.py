import io
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from sandbox import sound
from sandbox.sound.bars import swung
from sandbox.sound.harmony import chord, near, voicing

Samples = NDArray[np.float32]
Stems = dict[str, Samples]

RATE = 48_000
PROMPT = "a song about a cat on the moon"


@pytest.fixture(scope="module")
def stems() -> Stems:
    return sound.render(sound.compose(PROMPT, seconds=5))


def loudness(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


def test_mixing_leaves_the_stems_as_they_were(stems: Stems) -> None:
    before = {part: stem.copy() for part, stem in stems.items()}
    sound.mix(stems)
    sound.basic(stems)
    assert all(np.array_equal(stems[part], before[part]) for part in sound.PARTS)


def test_a_song_that_would_be_too_loud_is_turned_down_as_a_whole() -> None:
    score = sound.compose(PROMPT, seconds=4)
    drums = score.track("Drums")
    louder = score.with_track(replace(drums, notes=drums.notes * 6))
    as_it_is, turned_down = sound.render(score), sound.render(louder)
    assert np.max(np.abs(sound.mix(turned_down))) == pytest.approx(0.9, abs=1e-3)
    gain = loudness(turned_down["Bass"]) / loudness(as_it_is["Bass"])
    assert gain < 0.95
    assert np.allclose(turned_down["Bass"], gain * as_it_is["Bass"], atol=1e-6)


def test_a_song_lasts_20_seconds_unless_another_length_is_asked_for() -> None:
    score = sound.compose(PROMPT)
    assert score.seconds == 20
    assert score.frames == 20 * RATE
    assert [section.name for section in score.sections] == ["intro", "verse", "chorus", "outro"]
    assert [section.name for section in sound.compose(PROMPT, seconds=60).sections].count("chorus") >= 2


def test_choruses_share_their_tune_and_verses_have_another() -> None:
    score = sound.compose(PROMPT, seconds=120)
    tunes: dict[str, set[tuple[tuple[float, int], ...]]] = {"verse": set(), "chorus": set()}
    for section in score.sections[1:-1]:
        bar = [note for note in score.track("Vocals").notes if 0 <= note.start - section.start < 4]
        tunes[section.name].add(tuple((round(note.start - section.start, 6), note.pitch) for note in bar))
    assert len(tunes["verse"]) == len(tunes["chorus"]) == 1
    assert tunes["verse"] != tunes["chorus"]


def test_a_chorus_is_announced_and_begins_with_a_crash() -> None:
    score = sound.compose(PROMPT)
    chorus = next(section for section in score.sections if section.name == "chorus")
    [riser] = [note for note in score.track("FX").notes if note.sound == "riser"]
    assert riser.start + riser.duration == pytest.approx(chorus.start)
    assert [note.start for note in score.track("FX").notes if note.sound == "impact"] == [chorus.start]
    crashes = [note.start for note in score.track("Drums").notes if note.sound == "crash"]
    assert crashes == [chorus.start, score.sections[-1].end]


def test_a_tune_moves_and_stays_within_a_voice() -> None:
    for number in range(20):
        score = sound.compose(f"tune {number}", seconds=40)
        for section in score.sections:
            tune = [
                note.pitch
                for note in score.track("Vocals").notes
                if section.start <= note.start < section.end
            ]
            assert all(len(set(three)) > 1 for three in zip(tune, tune[1:], tune[2:], strict=False))
            assert not tune or max(tune) - min(tune) <= 16


def test_a_chord_lies_around_its_centre() -> None:
    assert [near(pitch_class, 60) - 60 for pitch_class in range(12)] == [
        0,
        1,
        2,
        3,
        4,
        5,
        -6,
        -5,
        -4,
        -3,
        -2,
        -1,
    ]
    assert voicing(chord(9, "minor", degree=0, size=3), 60) == (57, 60, 64)
    assert voicing(chord(0, "major", degree=4, size=4), 60) == (55, 59, 62, 65)


def test_swing_delays_the_second_of_each_pair_and_closes_the_gap() -> None:
    pair = [sound.Note(4.0, 0.5, 60, 0.8), sound.Note(4.5, 0.5, 60, 0.8), sound.Note(5.0, 0.5, 60, 0.8)]
    long_one, short_one, next_one = swung(pair, swing=0.25, grid=0.5)
    assert (long_one.start, long_one.duration) == pytest.approx((4.0, 0.625))
    assert (short_one.start, short_one.duration) == pytest.approx((4.625, 0.375))
    assert next_one.start == pytest.approx(5.0)
    ride = [note.start for note in sound.compose("jazz").track("Drums").notes if note.sound == "ride"]
    assert {round(start % 1, 6) for start in ride} == {0.0, 0.65}


def test_a_song_cut_short_is_the_beginning_of_the_song(stems: Stems) -> None:
    cut = sound.mix(sound.render(replace(sound.compose(PROMPT, seconds=5), seconds=3)))
    assert cut.shape == (3 * RATE, 2)
    assert np.allclose(cut[: 2 * RATE], sound.mix(stems)[: 2 * RATE], atol=1e-6)


def test_the_title_is_written_on_the_lower_part_of_the_cover() -> None:
    plain, written = (
        np.asarray(Image.open(io.BytesIO(sound.cover("one", t)))) for t in ("", "Cat on the Moon")
    )
    different = np.max(np.abs(plain.astype(int) - written), axis=2) > 60
    rows = np.flatnonzero(different.any(axis=1))
    assert rows.min() > 380
    assert np.sum(written[different].min(axis=1) > 220) > 500
    assert different.sum() > 1000


def test_a_title_of_several_lines_is_written_like_one() -> None:
    assert sound.cover("seed", "sea\nside") == sound.cover("seed", "sea side")


def test_a_title_says_what_the_song_is_about() -> None:
    assert sound.title("a lofi song about a cat on the moon") == "Cat on the Moon"
    assert sound.title("midnight rain") == "Midnight Rain"
    assert sound.title("[Verse]\nLanterns on the water, far away\n[Chorus]\nHold") == "Lanterns on the Water"
    assert sound.title("slow sad piano") != "Slow Sad Piano"
    assert "Zebra" in sound.title("please write me some very slow jazz with a zebra in it")


def test_a_lyric_takes_up_the_words_of_the_description_and_is_sung() -> None:
    lyric = sound.lyrics("a lofi song about a zebra in Lisbon")
    assert "zebra" in lyric
    assert "lisbon" in lyric
    assert "lofi" not in lyric
    sung = sound.compose("[Verse]\nsoon\n[Chorus]\nday day", seconds=12).track("Vocals").notes
    assert {note.sound for note in sung} == {"su", "dei"}


def test_a_style_names_genre_mood_and_instruments() -> None:
    assert sound.style("a slow lofi beat with piano") == "lofi, slow, piano"
    assert sound.style("fast happy rock") == "rock, fast, cheerful"
