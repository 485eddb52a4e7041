"""The folder of files under way, between one try and the next."""

from pathlib import Path

from jobs.engine import spool


def test_what_a_dead_process_left_goes_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "spool" / "7-0").mkdir(parents=True)
    (tmp_path / "spool" / "7-0" / "0.mp3").write_bytes(b"half")
    spool.clear(tmp_path / "spool")
    assert list((tmp_path / "spool").iterdir()) == []


def test_half_a_file_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    (tmp_path / "1").write_bytes(b"under way")
    (tmp_path / "10.mp3").write_bytes(b"another")
    assert spool.kept(tmp_path, "1") is None
    (tmp_path / "1.mp3").write_bytes(b"whole")
    assert spool.kept(tmp_path, "1") == tmp_path / "1.mp3"
