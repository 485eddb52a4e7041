import itertools
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from sandbox import sound
from sandbox.sound import envelopes, space
from sandbox.sound.drums import PIECES, Kit
from sandbox.sound.effects import SOUNDS, Effects
from sandbox.sound.patches import PATCHES, sound_of
from sandbox.sound.plucks import Pluck
from sandbox.sound.singing import Singer
from sandbox.sound.tones import Tone
from sandbox.sound.waves import frequency, table

Samples = NDArray[np.float32]

RATE = 48_000
PROMPT = "a song about a cat on the moon"


def loudness(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


def test_every_sound_begins_and_ends_without_a_click() -> None:
    for name, patch in PATCHES.items():
        pieces = {Kit: tuple(PIECES), Effects: tuple(SOUNDS), Singer: ("la", "sai", "to")}.get(
            type(patch), ("",)
        )
        for piece in pieces:
            samples = sound_of(patch, sound.Note(0, 1, 57, 0.9, piece), seconds=0.4, before=None)
            assert np.max(np.abs(samples)) > 0.04, (name, piece)
            assert np.max(np.abs(samples[..., 0])) < 1e-6, (name, piece)
            assert np.max(np.abs(samples[..., -1])) < 1e-6, (name, piece)


def test_what_is_kept_for_reuse_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        table("saw", 60, 1000.0)[0] = 1


@pytest.mark.parametrize("pitch", [45, 69])
@pytest.mark.parametrize("name", [name for name, patch in PATCHES.items() if isinstance(patch, Tone | Pluck)])
def test_an_instrument_is_in_tune(name: str, pitch: int) -> None:
    samples = np.atleast_2d(sound_of(PATCHES[name], sound.Note(0, 1, pitch, 0.8), seconds=2.0, before=None))
    steady = samples[:, : 2 * RATE].astype(np.float64) * np.hanning(2 * RATE)[: samples.shape[1]]
    power = np.sum(np.abs(np.fft.rfft(steady, 1 << 18)) ** 2, axis=0)
    hertz = np.fft.rfftfreq(1 << 18, 1 / RATE)
    cents = 1200 * np.log2(np.maximum(hertz, 1) / frequency(pitch))
    near = np.abs(cents) < 60
    assert np.sum(power[near] * cents[near]) / np.sum(power[near]) == pytest.approx(0, abs=6)
    assert np.sum(power[hertz < 0.8 * frequency(pitch)]) < 0.05 * np.sum(power)


def test_a_singer_has_consonants_and_vowels() -> None:
    def balance(syllable: str, frames: slice, above: float) -> float:
        note = sound.Note(0, 1, 57, 0.8, syllable)
        power = np.abs(np.fft.rfft(sound_of(PATCHES["alto"], note, seconds=0.6, before=None)[frames])) ** 2
        first = round(above * (frames.stop - frames.start) / RATE)
        return float(np.sum(power[first:]) / np.sum(power))

    onset, middle, end = slice(0, 2400), slice(9600, 14_400), slice(24_000, 28_800)
    assert balance("sa", onset, 5000) > 10 * balance("la", onset, 5000)
    assert balance("la", onset, 700) < 0.7 * balance("a", onset, 700)
    assert balance("a", middle, 600) > 3 * balance("i", middle, 600)
    assert balance("ai", end, 600) < 0.5 * balance("a", end, 600)


def test_a_singer_glides_from_the_note_before() -> None:
    note = sound.Note(0, 1, 64, 0.8, "a")
    alone, tied = (sound_of(PATCHES["alto"], note, seconds=0.5, before=before) for before in (None, 57))
    assert not np.allclose(alone[:4800], tied[:4800], atol=0.05)


def test_a_part_sounds_on_in_its_room_after_its_last_note() -> None:
    score = sound.compose(PROMPT, seconds=5)
    for part, note, rings in (
        ("Vocals", sound.Note(0, 0.5, 60, 0.9, "a"), True),
        ("Guitar", sound.Note(0, 0.5, 60, 0.9), True),
        ("Bass", sound.Note(0, 0.5, 36, 0.9), False),
    ):
        stem = sound.render(score.with_track(replace(score.track(part), notes=(note,))))[part]
        after = round((score.seconds_at(0.5) + 0.15) * RATE)
        assert bool(np.any(np.abs(stem[after : after + 9600]) > 1e-3)) == rings


def test_a_drummer_s_pieces_stand_apart() -> None:
    score = sound.compose(PROMPT, seconds=5)
    for piece, side in (("hat", 1), ("ride", 0)):
        one = replace(score.track("Drums"), notes=(sound.Note(0, 1, 36, 0.9, piece),))
        stem = sound.render(score.with_track(one))["Drums"]
        assert loudness(stem[:, side]) > 1.3 * loudness(stem[:, 1 - side])


def test_the_echo_of_a_part_follows_the_tempo() -> None:
    score = sound.compose("slow " + PROMPT)
    one = replace(score.track("Synth"), patch="square synth", notes=(sound.Note(0, 0.1, 72, 0.9),))
    stem = sound.render(score.with_track(one))["Synth"]
    before, after = (round(score.seconds_at(beat) * RATE) for beat in (0.7, 0.75))
    assert loudness(stem[after : after + 2400]) > 3 * loudness(stem[before - 2400 : before])


def test_the_kick_ducks_the_pads_of_dance_music_alone() -> None:
    for genre, ducks in (("dance", True), ("folk", False)):
        score = sound.compose(f"{genre} music", seconds=5)
        strings = score.track("Strings")
        held = score.with_track(replace(strings, notes=(sound.Note(0, 12, 60, 0.8),)))
        silent = held.with_track(replace(score.track("Drums"), notes=()))
        assert np.array_equal(sound.render(held)["Strings"], sound.render(silent)["Strings"]) != ducks


def test_the_room_answers_after_the_sound_and_fades() -> None:
    stem = np.zeros((2, 4 * RATE), dtype=np.float32)
    stem[:, 120_000] = 1  # its answer crosses the border of two blocks
    space.add_room(stem, space.Room(), 1.0)
    assert not np.any(np.abs(stem[:, :120_000]) > 1e-6)
    parts = [loudness(stem[:, start : start + 9600]) for start in range(121_000, RATE * 4 - 9600, 9600)]
    assert len(parts) == 7
    assert min(parts) > 1e-6
    assert all(later < 0.9 * sooner for sooner, later in itertools.pairwise(parts))
    assert not np.allclose(stem[0], stem[1], atol=1e-3)


def test_an_echo_goes_from_side_to_side_and_a_kick_makes_room() -> None:
    stem = np.zeros((2, RATE), dtype=np.float32)
    stem[:, 0] = 1
    space.add_echo(stem, 0.25, 0.5)
    assert [float(side) for side in stem[:, 12_000]] == [0, 0.5]
    assert [float(side) for side in stem[:, 24_000]] == [0.25, 0]
    held = np.ones((2, RATE), dtype=np.float32)
    space.duck(held, (0.5,), 0.6)
    assert held.min() == pytest.approx(0.4, abs=0.05)
    assert np.all(held[:, :24_000] == 1)
    assert np.all(held[:, 37_000:] == 1)


def test_fades_reach_silence_and_touch_only_their_end() -> None:
    samples = np.ones(1000, dtype=np.float32)
    envelopes.fade_in(samples, 100 / RATE)
    envelopes.fade_out(samples, 100 / RATE)
    assert samples[0] == samples[-1] == 0
    assert np.all(samples[100:900] == 1)
    assert np.all(np.diff(samples[:100]) > 0)
