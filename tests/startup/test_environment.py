"""What is read from `.env` and the environment, and what is said of a file that cannot be read."""

import traceback
from pathlib import Path

import pytest

from startup.environment import SettingsError, misspelt, read_environment

CANARY = "canary-9d41-secret"
NAMES = ("DISCORD_TOKEN", "MUSIC_API_KEY", "MUSIC_API_URL", "LOG_LEVEL")


@pytest.fixture
def env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    return tmp_path / ".env"


def ours(env_file: Path) -> dict[str, str]:
    found = read_environment(env_file.parent)
    return {name: value for name, value in found.items() if name in NAMES}


def test_the_file_is_read(env_file: Path) -> None:
    env_file.write_text(
        "# comment\nDISCORD_TOKEN=abc.def\nexport MUSIC_API_KEY='sk_1' # mine\nLOG_LEVEL = \"DEBUG\"\n",
        encoding="utf-8",
    )
    assert ours(env_file) == {"DISCORD_TOKEN": "abc.def", "MUSIC_API_KEY": "sk_1", "LOG_LEVEL": "DEBUG"}


def test_a_file_that_an_editor_has_marked_is_read(env_file: Path) -> None:
    env_file.write_text("DISCORD_TOKEN=abc\r\nMUSIC_API_KEY=sk_1\r\n", encoding="utf-8-sig")
    assert ours(env_file) == {"DISCORD_TOKEN": "abc", "MUSIC_API_KEY": "sk_1"}


def test_the_environment_wins(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file.write_text("DISCORD_TOKEN=file\nMUSIC_API_KEY=file\n", encoding="utf-8")
    monkeypatch.setenv("DISCORD_TOKEN", " environment ")
    assert ours(env_file) == {"DISCORD_TOKEN": "environment", "MUSIC_API_KEY": "file"}


def test_what_is_empty_is_absent(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file.write_text(
        "DISCORD_TOKEN=\nMUSIC_API_KEY=file\nLOG_LEVEL='  '\nMUSIC_API_URL\n", encoding="utf-8"
    )
    monkeypatch.setenv("MUSIC_API_KEY", "  ")
    monkeypatch.setenv("DISCORD_TOKEN", "")
    assert ours(env_file) == {"MUSIC_API_KEY": "file"}


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_file_in_another_encoding_is_told_and_not_quoted(env_file: Path, encoding: str) -> None:
    env_file.write_text(f"DISCORD_TOKEN={CANARY}\u00e9\n", encoding=encoding)
    with pytest.raises(SettingsError) as caught:
        read_environment(env_file.parent)
    [problem] = caught.value.problems
    assert problem.startswith(".env cannot be read")
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_no_file_is_no_problem(env_file: Path) -> None:
    assert ours(env_file) == {}


def test_the_folder_of_the_bot_counts_and_not_where_one_stands(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env_file.write_text("MUSIC_API_URL=here\n", encoding="utf-8")
    monkeypatch.chdir(env_file.parent)
    assert read_environment().get("MUSIC_API_URL") != "here"


def test_another_file_can_be_named(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (env_file.parent / "other.env").write_text("MUSIC_API_KEY=other\n", encoding="utf-8")
    monkeypatch.setenv("ENV_FILE", "other.env")
    assert ours(env_file) == {"MUSIC_API_KEY": "other"}
    monkeypatch.setenv("ENV_FILE", "gone.env")
    with pytest.raises(SettingsError, match=r"ENV_FILE names gone\.env, which does not exist"):
        ours(env_file)


def test_quotes_that_docker_keeps_are_taken_off(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSIC_API_KEY", '"sk_1"')
    monkeypatch.setenv("DISCORD_TOKEN", "'abc")
    assert ours(env_file) == {"MUSIC_API_KEY": "sk_1", "DISCORD_TOKEN": "'abc"}


@pytest.mark.parametrize("line", ["DISCORD_TOKEN='abc", 'LOG_LEVEL="DEBUG', "=x", "two words = x"])
def test_a_line_that_cannot_be_read_is_named_by_its_number(env_file: Path, line: str) -> None:
    env_file.write_text(f"MUSIC_API_KEY={CANARY}\n{line}{CANARY}\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        ours(env_file)
    assert caught.value.problems == [".env, line 2: must be NAME=value, with every quote closed"]
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_names_that_are_no_settings_are_told(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file.write_text("DISCORD_TOKN=abc\nCOLOUR=blue\nLOG_LEVEL=INFO\n", encoding="utf-8")
    monkeypatch.setenv("METRIC_PORT", "9000")
    monkeypatch.setenv("EDITOR", "vi")
    assert misspelt({"DISCORD_TOKEN", "LOG_LEVEL", "METRICS_PORT"}, env_file.parent) == [
        "COLOUR is no setting; `.env.example` lists them all",
        "DISCORD_TOKN is no setting; did you mean DISCORD_TOKEN?",
        "METRIC_PORT is no setting; did you mean METRICS_PORT?",
    ]
