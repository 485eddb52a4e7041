"""Songs put together from loops: the same for the same text, and every change is heard to be what it says."""

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sandbox import sound
from sandbox.sound import PARTS, RATE, SUNG, Samples, Song, songs, words
from sandbox.sound.bank import STYLES

pytestmark = pytest.mark.usefixtures("unmeasured")

PROMPT = "a slow lofi song about paper lanterns on the river"
ROOT = Path(__file__).parents[2]
BAND = PARTS[len(SUNG) :]
FINGERPRINT = f"""
import hashlib
from sandbox import sound
print(hashlib.sha256(sound.render(sound.songs.begin({PROMPT!r}, seconds=6)).tobytes()).hexdigest())
"""


@pytest.fixture(scope="module")
def song() -> Song:
    return songs.begin(PROMPT, seconds=12)


@pytest.fixture(scope="module")
def mix(song: Song) -> Samples:
    return sound.render(song)


def loudness(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))


def differs(one: Samples, other: Samples) -> float:
    """How loud the difference of two sounds is beside the first one."""
    frames = min(len(one), len(other))
    return loudness(one[:frames] - other[:frames]) / loudness(one[:frames])


@pytest.mark.parametrize("prompt", [PROMPT, "loud rock", "club techno", "folk by the campfire", "", "\ud800"])
def test_two_and_twelve_stems_add_up_to_the_mix(prompt: str) -> None:
    song = songs.begin(prompt, seconds=12)
    for each in (song, songs.swap_sound(songs.extend(song, 5, "more", take=1, seconds=4), "rock", take=0)):
        whole = sound.render(each)
        for parts in (tuple((part,) for part in PARTS), (SUNG, BAND)):
            stems = [sound.render(each, part) for part in parts]
            assert np.max(np.abs(np.sum(stems, axis=0, dtype=np.float64) - whole)) < 1e-6
            assert np.max(np.abs(np.sum(stems[1:], axis=0, dtype=np.float64) - whole)) > 0.01


def test_encoded_stems_still_add_up_to_the_encoded_mix(song: Song, mix: Samples) -> None:
    for kind, most in (("mp3", 0.1), ("ogg", 0.12), ("wav", 0.003)):
        files = [decoded(sound.encode(sound.render(song, [part]), kind)) for part in PARTS]  # type: ignore[arg-type]
        assert differs(decoded(sound.encode(mix, kind)), np.sum(files, axis=0)) < most  # type: ignore[arg-type]


def test_files_are_of_the_expected_kind(mix: Samples) -> None:
    for kind, form in (("mp3", "MP3"), ("ogg", "OGG"), ("wav", "WAV")):
        info = soundfile.info(io.BytesIO(sound.encode(mix, kind)))  # type: ignore[arg-type]
        assert (info.format, info.samplerate, info.channels) == (form, RATE, 2)
        assert info.duration == pytest.approx(12, abs=0.1)


def test_every_song_is_clean_and_every_part_is_heard() -> None:
    heard = dict.fromkeys(PARTS, 0)
    for number in range(12):
        song = songs.begin(f"text {number}", seconds=12)
        for each in (song, songs.cover(song, "rock", take=1), songs.swap_sound(song, "dance", take=2)):
            whole = sound.render(each)
            assert whole.shape == (12 * RATE, 2)
            assert 0.2 < np.max(np.abs(whole)) < 0.95
            assert 0.05 < loudness(whole) < 0.3
            assert np.max(np.abs(whole[-1])) < 1e-3  # it ends in silence
        for part in PARTS:
            heard[part] += loudness(sound.render(song, [part])) > 0.0005
    assert min(heard.values()) >= 6, heard
    assert min(heard[part] for part in ("Vocals", "Drums", "Bass", "Keyboard")) == 12


def test_a_loop_that_jumps_does_not_click() -> None:
    for style in STYLES:
        pad = sound.render(songs.begin(f"{style} {style} {style}", seconds=12), ["Strings"])
        assert np.max(np.abs(np.diff(pad, axis=0))) < 0.06


def test_the_same_text_gives_the_same_samples_in_another_process() -> None:
    run = subprocess.run(  # noqa: S603 - our own interpreter and our own program
        [sys.executable, "-c", FINGERPRINT],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONHASHSEED": "7"},
        cwd=ROOT,
    )
    here = sound.render(songs.begin(PROMPT, seconds=6))
    assert run.stdout.strip() == hashlib.sha256(here.tobytes()).hexdigest()


def test_other_texts_and_other_takes_are_other_songs() -> None:
    mixes = [
        sound.render(songs.begin(text, take=take, seconds=4))
        for text in (PROMPT, PROMPT + "!", "")
        for take in (0, 1)
    ]
    for index, one in enumerate(mixes):
        assert all(differs(one, other) > 0.7 for other in mixes[:index])


def test_an_instrumental_has_the_same_band_and_no_voice(song: Song) -> None:
    played = songs.begin(PROMPT, seconds=12, instrumental=True)
    assert not sound.render(played, SUNG).any()
    assert np.array_equal(sound.render(played, BAND), sound.render(song, BAND))


def test_a_voice_can_be_chosen_and_changes_nothing_else() -> None:
    women, men = (songs.begin(PROMPT, seconds=6, voice=voice) for voice in ("f", "m"))
    assert (women.voice in songs.VOICES["f"], men.voice in songs.VOICES["m"]) == (True, True)
    assert differs(sound.render(women, SUNG), sound.render(men, SUNG)) > 0.7
    assert np.array_equal(sound.render(women, BAND), sound.render(men, BAND))


def test_an_extension_begins_at_its_second_and_the_whole_is_both(song: Song, mix: Samples) -> None:
    longer = songs.extend(song, 5.5, "more", take=0, seconds=6)
    alone, whole = sound.render(longer), sound.render(songs.whole(longer))
    cut = round(5.5 * RATE)
    assert (longer.seconds, len(whole)) == (6, cut + len(alone))
    assert np.array_equal(whole[cut:], alone)
    assert np.array_equal(whole[:cut], mix[:cut])
    assert np.max(np.abs(alone[0] - mix[cut])) < 0.01  # it takes over in the middle of the sound
    assert differs(mix[cut : cut + len(alone)], alone) > 0.3
    other = sound.render(songs.extend(song, 5.5, "more", take=1, seconds=6))
    assert differs(alone, other) > 0.3
    further = songs.extend(longer, 2, "and more", take=0, seconds=4)
    assert songs.whole(further).seconds == 11.5


@pytest.mark.parametrize("take", [0, 1])
def test_a_cover_is_another_band_in_its_own_tempo_as_long_as_before(
    song: Song, mix: Samples, take: int
) -> None:
    covered = songs.cover(song, "loud rock", take=take)
    [(_, before), (_, after)] = (*song.stretches, *covered.stretches)
    assert after.band.count("rock") > before.band.count("rock")
    assert (after.seed, after.band[0]) == (before.seed, before.band[0])
    assert after.bar_frames < before.bar_frames
    assert len(sound.render(covered)) == len(mix)
    assert differs(mix, sound.render(covered)) > 0.7


def test_a_replaced_section_differs_only_between_its_ends(song: Song, mix: Samples) -> None:
    for take in (0, 1):
        replaced = sound.render(songs.replace_section(song, 2.0, 3.5, "else", take=take))
        low, high = 2 * RATE, round(3.5 * RATE)
        assert np.array_equal(replaced[:low], mix[:low])
        assert np.array_equal(replaced[high:], mix[high:])
        assert differs(mix[low:high], replaced[low:high]) > 0.3
        assert np.max(np.abs(np.diff(replaced, axis=0))) < 0.4


def test_a_swapped_sound_has_other_instruments_and_the_same_voice(song: Song) -> None:
    for take in (0, 1):
        swapped = songs.swap_sound(song, "dance", take=take)
        for part in BAND:
            one, other = (each.stretches[0][1].band[PARTS.index(part)] for each in (song, swapped))
            assert one != other, part
        assert np.array_equal(sound.render(swapped, SUNG), sound.render(song, SUNG))
        assert differs(sound.render(song, BAND), sound.render(swapped, BAND)) > 0.5


def test_swapped_vocals_have_another_singer_and_the_same_band(song: Song) -> None:
    for style, voices in (("a deep voice", songs.VOICES["m"]), ("", tuple(STYLES))):
        swapped = songs.swap_vocals(song, style, take=0)
        assert swapped.voice in voices
        assert swapped.voice != song.voice
        assert differs(sound.render(song, SUNG), sound.render(swapped, SUNG)) > 0.7
        assert np.array_equal(sound.render(swapped, BAND), sound.render(song, BAND))
    played = songs.begin(PROMPT, seconds=6, instrumental=True)
    assert sound.render(songs.swap_vocals(played, "", take=0), SUNG).any()


def test_words_steer_the_style() -> None:
    for style in STYLES:
        assert words.style_of(f"some {style} please") == style
        assert words.tags(f"some {style} please") == style
    assert words.tags("a slow lofi piano song") == "lofi, slow, piano"
    assert {words.style_of(f"text {number}") for number in range(40)} == set(STYLES)


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(text=st.text(st.characters(), max_size=400))
@example(text="about " + "W" * 300 + " and more")
@example(text="\ud800 😀")
@example(text="[Verse]\n[Chorus]\n")
def test_any_text_has_a_title_lyrics_and_a_sound(text: str) -> None:
    for version in (0, 1):
        title, lyrics = words.title(text, version=version), words.lyrics(text, version=version)
        assert 1 <= len(title) <= 80
        assert title == title.strip()
        assert title.isprintable()
        assert lyrics.startswith("[Verse]\n")
        assert "\n[Chorus]\n" in lyrics
        assert len(lyrics) < 3000  # what the API takes as a prompt
    assert words.lyrics(text) != words.lyrics(text, version=1)
    assert songs.begin(text, seconds=6) == songs.begin(text, seconds=6)


def test_covers_are_pictures_of_which_there_are_several() -> None:
    pictures = {sound.cover(number) for number in range(20)}
    assert len(pictures) == 8
    assert all(picture.startswith(b"\xff\xd8\xff") and len(picture) < 50_000 for picture in pictures)


def test_the_bank_stays_small() -> None:
    files = [file for file in (ROOT / "sandbox/sound").rglob("*") if file.suffix in (".opus", ".jpeg")]
    assert len(files) == len(STYLES) * len(PARTS) + 8
    assert sum(file.stat().st_size for file in files) <= 2_500_000


def decoded(data: bytes) -> Samples:
    samples, _ = soundfile.read(io.BytesIO(data), dtype="float32")
    return np.asarray(samples, dtype=np.float32)
