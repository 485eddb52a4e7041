"""The settings: all problems at once, and no secret in any of them."""

import dataclasses
import sys
from pathlib import Path

import pytest

from jobs.secret import Secret
from startup.environment import SettingsError
from startup.settings import Settings, data_folder, inspect, load
from tests import ROOT

PROFILES = ("classic", "renamed")
CANARY = "canary-9d41-secret"
GOOD = {"DISCORD_TOKEN": f"token-{CANARY}", "MUSIC_API_KEY": f"sk_{CANARY}"}


def settings(**environment: str) -> Settings:
    return load({**GOOD, **environment}, profiles=PROFILES)


def problems(environment: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(environment, profiles=PROFILES)
    assert str(caught.value) == "\n".join(caught.value.problems)
    assert CANARY not in f"{caught.value} {caught.value!r} {caught.value.args}"
    assert inspect(environment, profiles=PROFILES)[1] == caught.value.problems
    return caught.value.problems


def test_two_settings_are_enough() -> None:
    chosen = settings()
    assert chosen.discord_token.reveal() == GOOD["DISCORD_TOKEN"]
    assert chosen.music_api_key.reveal() == GOOD["MUSIC_API_KEY"]
    assert (chosen.music_api_url, chosen.music_api_profile) == ("", "classic")
    assert chosen.database_url == f"sqlite:///{ROOT / 'data/encore.db'}"
    assert (chosen.log_level, chosen.time_scale) == ("INFO", 1.0)
    assert (chosen.log_format, chosen.metrics_port, chosen.metrics_host) == ("text", 0, "127.0.0.1")


def test_every_setting_can_be_set() -> None:
    chosen = settings(
        MUSIC_API_URL="https://api.example.com/api/v1",
        MUSIC_API_PROFILE="renamed",
        DATABASE_URL="sqlite:////srv/encore.db",
        DISCORD_API_URL="http://10.0.0.7:8081/api/v10/",
        DISCORD_SHARE="16.5",
        LOG_LEVEL="DEBUG",
        LOG_FORMAT="JSON",
        METRICS_PORT="9464",
        METRICS_HOST="0.0.0.0",  # noqa: S104 - only a word here
        PUBLIC_URL="https://bot.example.org/encore/",
        PUBLIC_PORT="8443",
        PUBLIC_HOST="::1",
        PUBLIC_KEY="AB" * 32,
        TIME_SCALE="0.25",
        DATA_FOLDER="/srv/files",
        ROLE="All",
    )
    assert (chosen.data_folder, chosen.role) == (Path("/srv/files"), "all")
    assert chosen.music_api_url == "https://api.example.com/api/v1"
    assert chosen.music_api_profile == "renamed"
    assert chosen.database_url == "sqlite:////srv/encore.db"
    assert (chosen.discord_api_url, chosen.discord_share) == ("http://10.0.0.7:8081/api/v10", 16.5)
    assert (chosen.log_level, chosen.time_scale) == ("DEBUG", 0.25)
    assert (chosen.log_format, chosen.metrics_port, chosen.metrics_host) == ("json", 9464, "0.0.0.0")  # noqa: S104
    told = chosen.public_url, chosen.public_port, chosen.public_host, chosen.public_key
    assert told == ("https://bot.example.org/encore", 8443, "::1", "ab" * 32)


@pytest.mark.parametrize(
    ("role", "others", "told"),
    [
        ("worker", {}, ["ROLE=worker needs PostgreSQL in DATABASE_URL: a file of SQLite is one process's"]),
        (
            "front",
            {"DATABASE_URL": "postgresql://e@db/encore"},
            ["ROLE=front needs PUBLIC_KEY: a front answers what Discord sends to PUBLIC_URL"],
        ),
        ("boss", {}, ["ROLE must be one of: all, front, worker"]),
        (
            "all",
            {"DATABASE_URL": "postgresql+psycopg://e@db"},
            ["DATABASE_URL must name a database, such as encore at its end"],
        ),
    ],
)
def test_a_front_or_a_worker_is_one_of_several_at_a_postgresql(
    role: str, others: dict[str, str], told: list[str]
) -> None:
    assert problems({"DISCORD_TOKEN": "a", "MUSIC_API_KEY": "b", "ROLE": role, **others}) == told


def test_a_public_key_needs_an_address_and_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    named = {"DISCORD_TOKEN": "a", "MUSIC_API_KEY": "b", "PUBLIC_KEY": "ab" * 32}
    assert problems(named) == ["PUBLIC_KEY needs PUBLIC_URL, where Discord is to send interactions"]
    monkeypatch.setitem(sys.modules, "nacl", None)
    [told] = problems({**named, "PUBLIC_URL": "https://bot.example.org"})
    assert told.startswith("PUBLIC_KEY needs PyNaCl: `python -m pip install")


def test_without_rules_of_the_owner_there_is_no_limit() -> None:
    chosen = settings()
    assert (chosen.daily_cap, chosen.require_balance, chosen.key_servers) == (None, False, None)
    assert not chosen.secret_key


def test_the_rules_of_the_owner() -> None:
    assert settings(DAILY_CAP="0").daily_cap == 0
    assert settings(DAILY_CAP="500").daily_cap == 500
    assert settings(KEEP_DAYS="").keep_days is None
    assert settings(KEEP_DAYS="90").keep_days == 90
    assert settings(REQUIRE_BALANCE="Yes").require_balance
    assert not settings(REQUIRE_BALANCE="no").require_balance
    assert settings(KEY_SERVERS="11, 12").key_servers == frozenset({11, 12})
    assert settings(KEY_SERVERS=" , ").key_servers is None


def test_every_problem_is_told_at_once_in_the_order_of_the_example_file() -> None:
    told = problems(
        {
            "TIME_SCALE": "fast",
            "LOG_LEVEL": "LOUD",
            "LOG_FORMAT": "xml",
            "METRICS_PORT": "65536",
            "METRICS_HOST": "http://here/",
            "PUBLIC_HOST": "@",
            "PUBLIC_KEY": "z" * 64,
            "PUBLIC_PORT": "0",
            "PUBLIC_URL": "bot.example.org",
            "MUSIC_API_PROFILE": "late",
            "DATABASE_URL": "data/encore.db",
            "MUSIC_API_URL": "api.example.com",
        }
    )
    assert [problem.split()[0] for problem in told] == [
        "DISCORD_TOKEN", "MUSIC_API_KEY", "MUSIC_API_URL", "MUSIC_API_PROFILE", "DATABASE_URL",
        "LOG_LEVEL", "LOG_FORMAT", "METRICS_PORT", "METRICS_HOST", "PUBLIC_URL", "PUBLIC_PORT", "PUBLIC_HOST",
        "PUBLIC_KEY", "TIME_SCALE",
    ]  # fmt: skip


def test_the_example_file_names_the_settings_in_this_order() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    names = [line.partition("=")[0] for line in example.splitlines() if "=" in line and line[0] != "#"]
    assert names == [field.name.upper() for field in dataclasses.fields(Settings)]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DISCORD_TOKEN", "", "is missing"),
        ("DISCORD_TOKEN", "Bot ", "is missing"),
        ("DISCORD_TOKEN", f"{CANARY} {CANARY}", "blanks or odd characters"),
        ("DISCORD_TOKEN", f"{CANARY}\u00e9", "blanks or odd characters"),
        ("DISCORD_TOKEN", f"{CANARY}\x07", "blanks or odd characters"),
        ("DISCORD_TOKEN", f"{CANARY}\nX", "blanks or odd characters"),
        ("DISCORD_TOKEN", f"\u200b{CANARY}", "blanks or odd characters"),
        ("MUSIC_API_KEY", "", "is missing"),
        ("MUSIC_API_KEY", f"{CANARY}\tx", "blanks or odd characters"),
        ("MUSIC_API_KEY", f"{CANARY}\u2026", "blanks or odd characters"),
        ("MUSIC_API_KEY", f"Bearer {CANARY}", "blanks or odd characters"),
        ("MUSIC_API_KEY", f"{CANARY}\r\nX-Evil: 1", "blanks or odd characters"),
        ("MUSIC_API_URL", "api.example.com", "must look like"),
        ("MUSIC_API_URL", "ftp://api.example.com", "must look like"),
        ("MUSIC_API_URL", "//api.example.com", "must look like"),
        ("MUSIC_API_URL", "https://", "must look like"),
        ("MUSIC_API_URL", "https:///api/v1", "must look like"),
        ("MUSIC_API_URL", "http://api.example.com:0", "must look like"),
        ("MUSIC_API_URL", "https://api.example.com:x", "not a web address"),
        ("MUSIC_API_URL", "https://api.example.com:99999", "not a web address"),
        ("MUSIC_API_URL", "https://[::1", "not a web address"),
        ("MUSIC_API_URL", f"https://me:{CANARY}@api.example.com", "must hold no"),
        ("MUSIC_API_URL", f"https://:{CANARY}@api.example.com", "must hold no"),
        ("MUSIC_API_URL", f"https://{CANARY}@api.example.com/api/v1", "must hold no"),
        ("MUSIC_API_URL", f"https://api.example.com/api/v1?key={CANARY}", "must hold no"),
        ("MUSIC_API_URL", "https://api.example.com/?", "must hold no"),
        ("MUSIC_API_URL", "https://api.example.com#top", "must hold no"),
        ("MUSIC_API_URL", "https://api example.com", "must hold no"),
        ("MUSIC_API_URL", "https://api.example.com/api v1", "must hold no"),
        ("MUSIC_API_PROFILE", "late", "one of: classic, renamed"),
        ("MUSIC_API_PROFILE", "../classic", "one of: classic, renamed"),
        ("DATABASE_URL", "data/encore.db", "looks like sqlite:///"),
        ("DATABASE_URL", "sqlite://", "must name a file"),
        ("DATABASE_URL", "sqlite:///", "must name a file"),
        ("DATABASE_URL", "sqlite:///:memory:", "must name a file"),
        ("DATABASE_URL", f"postgresql+asyncpg://encore:{CANARY}@db/encore", "must begin with postgresql"),
        ("DATABASE_URL", f"postgresql+psycopg://encore:{CANARY}@db", "must name a database"),
        ("DATABASE_URL", f"postgresql+psycopg://encore:{CANARY}@x@db/encore", "write @ as %40"),
        ("DATABASE_URL", f"postgresql+psycopg://encore:{CANARY}@db:port/encore", "is not an address"),
        ("DATABASE_URL", f"postgresql+psycopg://encore:{CANARY} x@db/encore", "is not an address"),
        ("LOG_LEVEL", "TRACE", "one of: DEBUG, INFO, WARNING, ERROR"),
        ("LOG_LEVEL", "10", "one of: DEBUG, INFO, WARNING, ERROR"),
        ("LOG_FORMAT", "xml", "one of: text, json"),
        ("METRICS_PORT", "x", "a port from 1 to 65535"),
        ("METRICS_PORT", "-1", "a port from 1 to 65535"),
        ("METRICS_PORT", "65536", "a port from 1 to 65535"),
        ("METRICS_PORT", "\u0663", "a port from 1 to 65535"),
        ("METRICS_HOST", "http://here", "a host name or an address"),
        ("METRICS_HOST", "here there", "a host name or an address"),
        ("DISCORD_API_URL", "http://10.0.0.7:8081", "must end in /api/v10"),
        ("DISCORD_API_URL", "http://proxy.example.org/api/v10", "must begin with https://, unless"),
        ("DISCORD_SHARE", "0", "a number from 1 to 50"),
        ("DISCORD_SHARE", "51", "a number from 1 to 50"),
        ("DISCORD_SHARE", "nan", "a number from 1 to 50"),
        ("PUBLIC_URL", "bot.example.org", "must look like https://bot.example.org"),
        ("PUBLIC_URL", "http://bot.example.org", "must begin with https://"),
        ("PUBLIC_URL", "http://10.0.0.7:8080", "must begin with https://"),
        ("PUBLIC_URL", f"https://{CANARY}@bot.example.org", "must hold no"),
        ("PUBLIC_URL", "https://bot.example.org/?hook", "must hold no"),
        ("PUBLIC_URL", "https://b\u00f6t.example.org", "plain ASCII"),
        ("PUBLIC_URL", "https://bot.example.org/" + "x" * 900, "at most 900 characters"),
        ("PUBLIC_PORT", "0", "a port from 1 to 65535"),
        ("PUBLIC_HOST", "http://here", "a host name or an address"),
        ("TIME_SCALE", "fast", "a number from 0.0001 to 1000"),
        ("TIME_SCALE", "0", "a number from 0.0001 to 1000"),
        ("TIME_SCALE", "-1", "a number from 0.0001 to 1000"),
        ("TIME_SCALE", "1001", "a number from 0.0001 to 1000"),
        ("TIME_SCALE", "nan", "a number from 0.0001 to 1000"),
        ("TIME_SCALE", "inf", "a number from 0.0001 to 1000"),
        ("TIME_SCALE", "1,5", "a number from 0.0001 to 1000"),
        *(("KEEP_DAYS", text, "a whole number of days, 90 or more, or empty to keep everything")
          for text in ("0", "89", "-90", "1e3", "ninety", "100000")),
        *(("DAILY_CAP", text, "a whole number of credits up to 10,000,000, or empty for no cap")
          for text in ("-1", "1.5", "lots", "99999999999", "\u0663")),
        ("REQUIRE_BALANCE", "maybe", "must be yes or no"),
        *(("KEY_SERVERS", text, "must be ids of servers, separated by commas, or empty for all servers")
          for text in ("mine", "1;2", "1" * 21)),
        ("SECRET_KEY", CANARY, "is not one; make it with: python -c"),
    ],
)  # fmt: skip
def test_each_malformed_value(name: str, value: str, says: str) -> None:
    [problem] = problems({**GOOD, name: value})
    assert problem.startswith(name)
    assert says in problem


def test_what_is_malformed_is_replaced_by_the_default_for_a_check() -> None:
    chosen, told = inspect({"LOG_LEVEL": "LOUD", "TIME_SCALE": "x", "MUSIC_API_URL": "x"}, profiles=PROFILES)
    assert len(told) == 5
    assert (chosen.log_level, chosen.time_scale, chosen.music_api_url) == ("INFO", 1.0, "")
    assert not chosen.discord_token
    assert not chosen.music_api_key


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://api.example.com", "https://api.example.com/api/v1"),
        ("https://api.example.com/", "https://api.example.com/api/v1"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/api/v1"),
        ("http://[::1]:8080/", "http://[::1]:8080/api/v1"),
        ("https://api.example.com/api/v1/", "https://api.example.com/api/v1"),
        ("https://proxy.example.com/music", "https://proxy.example.com/music"),
        ("", ""),
    ],
)
def test_a_bare_host_gets_the_path_of_the_api(given: str, url: str) -> None:
    assert settings(MUSIC_API_URL=given).music_api_url == url


def test_values_as_people_write_them() -> None:
    assert settings(DISCORD_TOKEN="Bot abc.def").discord_token.reveal() == "abc.def"
    assert settings(LOG_LEVEL="warning").log_level == "WARNING"
    assert settings(MUSIC_API_PROFILE="Renamed").music_api_profile == "renamed"
    assert settings(TIME_SCALE="1e-4").time_scale == 0.0001
    assert settings(TIME_SCALE="1000").time_scale == 1000.0


def test_settings_do_not_show_their_secrets() -> None:
    chosen = settings()
    shown = [chosen, dataclasses.asdict(chosen), dataclasses.astuple(chosen), [chosen.discord_token]]
    for thing in shown:
        assert CANARY not in f"{thing} {thing!r}"


def test_a_secret_hides_itself_but_can_be_revealed() -> None:
    secret = Secret(CANARY)
    assert CANARY not in f"{secret} {secret!r} {[secret]} { ({'s': secret}) }"
    assert secret.reveal() == CANARY
    assert secret
    assert not Secret("")
    with pytest.raises(TypeError):
        vars(secret)


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("sqlite:///data/encore.db", str(ROOT / "data")),
        ("sqlite:////srv/encore/encore.db", "/srv/encore"),
        ("sqlite+aiosqlite:////srv/e.db", "/srv"),
        ("sqlite:///encore.db", str(ROOT)),
        ("sqlite:///../encore.db", str(ROOT / "..")),
    ],
)
def test_files_of_ours_lie_beside_the_database(url: str, folder: str) -> None:
    assert data_folder({"DATABASE_URL": url}) == Path(folder)


@pytest.mark.parametrize("url", ["postgresql://db/encore", "sqlite://", "nonsense"])
def test_without_a_database_file_they_lie_in_the_default_folder(url: str) -> None:
    assert data_folder({"DATABASE_URL": url}) == ROOT / "data"


def test_without_a_database_setting_they_lie_beside_the_default_one() -> None:
    assert data_folder({}) == settings().folder == ROOT / "data"


def test_the_password_of_the_database_is_among_what_no_log_shows() -> None:
    url = f"postgresql+psycopg://encore:{CANARY}%40x@db:5432/encore"
    chosen = settings(DATABASE_URL=url)
    assert chosen.database_url == url
    assert chosen.folder == ROOT / "data"
    assert CANARY not in repr(chosen)
    assert {f"{CANARY}@x", f"{CANARY}%40x"} <= {secret.reveal() for secret in chosen.secrets}
