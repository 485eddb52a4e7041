"""Documents that cannot rot: what they name exists, and what exists they name."""

import ast
import configparser
import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path

import discord
import pytest
import yaml
from discord import app_commands

from jobs.models.states import MOVES, JobState
from startup import settings
from startup.environment import read_environment
from startup.metrics import PrometheusMetrics
from startup.wiring import assemble
from tests import ROOT
from tests.conftest import settings_for
from tests.fakes.api_faults import FaultyMusicApi

README = (ROOT / "README.md").read_text()
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
DESIGN = (ROOT / "docs" / "design.md").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()


def settings_of_the_code() -> set[str]:
    return {field.name.upper() for field in dataclasses.fields(settings.Settings)}


def table(text: str, head: str) -> list[list[str]]:
    """The rows of the table under a heading line."""
    body = text.split(head, 1)[1].split("\n\n", 1)[0]
    rows = [line.strip("| \n").split(" | ") for line in body.splitlines() if line.startswith("|")]
    return rows[1:]


def test_every_setting_is_in_the_example_and_the_readme_and_the_other_way_round() -> None:
    in_code = settings_of_the_code()
    assert len(in_code) == 23
    assert set(re.findall(r"^([A-Z_]+)=", EXAMPLE, re.MULTILINE)) == in_code
    named = {row[0].strip("`") for row in table(README, "| setting | default | meaning |")}
    assert named == in_code


def test_the_example_is_a_valid_environment_once_the_secrets_are_in(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(EXAMPLE.replace("TOKEN=\n", "TOKEN=a\n").replace("API_KEY=\n", "API_KEY=b\n"))
    chosen = settings.load(read_environment(tmp_path), profiles=("classic", "renamed"))
    assert chosen.database_url == f"sqlite:///{ROOT / 'data/encore.db'}"


@pytest.fixture
async def commands(api: FaultyMusicApi, tmp_path: Path) -> dict[str, set[str]]:
    """Every command with its options."""
    async with assemble(settings_for(api, tmp_path)) as parts:
        parts.bot._connection.application_id = 1
        return {
            command.qualified_name: {parameter.name for parameter in command.parameters}
            for cog in await loaded(parts.bot)
            for command in cog.walk_app_commands()
            if isinstance(command, app_commands.Command)
        }


def test_every_command_is_in_the_readme_with_its_options(commands: dict[str, set[str]]) -> None:
    rows = {
        row[0].strip("`").removeprefix("/"): row[1] for row in table(README, "| command | what it does |")
    }
    assert set(rows) == set(commands)
    for name, options in commands.items():
        assert set(re.findall(r"`([a-z_]+)`", rows[name])) == options, name


def test_the_changelog_names_commands_as_they_are_now_and_no_old_name_is_one(
    commands: dict[str, set[str]],
) -> None:
    old = set(re.findall(r"`/([a-z -]+)` (?:\||is) `/[a-z -]+`", CHANGELOG))
    groups = {name.rpartition(" ")[0] for name in commands}
    options = {f"{name} {option}" for name, taken in commands.items() for option in taken}
    known = {*commands, *groups, *options, "metrics", "healthz"}
    named = set(re.findall(r"`/([a-z][a-z -]*)`", CHANGELOG))
    assert len(named) > 40
    assert named - known == old
    assert all(name.partition(" ")[0] in CHANGELOG.lower() for name in commands)


def test_every_command_that_a_member_is_told_of_exists(commands: dict[str, set[str]]) -> None:
    told = {
        (page.name, name)
        for page in sorted((ROOT / "cogs").rglob("*.py"))
        for text in sentences(ast.parse(page.read_text()))
        for name in re.findall(r"`/([a-z][a-z -]*)`", text)
    }
    assert len(told) > 10
    assert {(page, name) for page, name in told if name not in commands} == set()


def sentences(module: ast.Module) -> Iterator[str]:
    """The texts of a module, but for its docstrings."""
    documents = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {ast.get_docstring(node, clean=False) for node in ast.walk(module) if isinstance(node, documents)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docs:
            yield node.value


async def loaded(bot: discord.Client) -> list[discord.ext.commands.Cog]:
    from cogs.client import _COGS, Encore  # noqa: PLC0415 - the list itself is what is asked for

    assert isinstance(bot, Encore)
    return [cog(bot.service) for cog in _COGS]


def test_the_state_table_of_the_design_page_is_the_one_of_the_code() -> None:
    rows = {row[0].strip("`"): row[2] for row in table(DESIGN, "| state | means | may become |")}
    assert set(rows) == {state.value for state in JobState}
    for state, text in rows.items():
        named = set(re.findall(r"[a-z]+", re.sub(r"\(.*?\)", "", text)))
        assert named == {to.value for to in MOVES[JobState(state)]}, state


def test_pictures_and_pages_that_are_linked_exist() -> None:
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links {target}"


def test_every_test_that_the_readme_gives_as_proof_exists() -> None:
    for path in re.findall(r"`((?:tests|bench)/[\w/.]+)`", README):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize(
    "path", [ROOT / "requirements.txt", *(ROOT / "requirements").glob("*.txt")], ids=lambda path: path.name
)
def test_requirements_are_pinned_with_hashes(path: Path) -> None:
    lines = path.read_text().splitlines()
    pins = [number for number, line in enumerate(lines) if re.match(r"[a-z]", line)]
    assert pins
    for number in pins:
        assert "==" in lines[number]
        assert "--hash=sha256:" in lines[number + 1]


def test_the_dockerfile_copies_every_package_that_the_bot_needs_and_no_more() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    copied = set(re.findall(r"^COPY (\w+) ", dockerfile, re.MULTILINE))
    assert copied == {"cogs", "jobs", "musicapi", "startup"}
    assert re.search(r"^USER \d+:\d+$", dockerfile, re.MULTILINE)
    assert "VOLUME /data" in dockerfile
    assert "ln -s /data data" in dockerfile, "the DATABASE_URL of .env.example leads there"
    assert 'ENTRYPOINT ["python", "bot.py"]' in dockerfile


def test_compose_runs_the_bot_as_its_page_says() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    service = compose["services"]["encore"]
    [volume] = service["volumes"]
    assert (volume, set(compose["volumes"])) == ("data:/data", {"data"})
    assert service["env_file"] == ".env"
    assert service["read_only"]
    assert "/tmp" in service["tmpfs"]  # noqa: S108 - the container's own
    assert int(service["stop_grace_period"].rstrip("s")) > 10


def test_alerts_and_dashboard_ask_for_metrics_that_exist() -> None:
    alerts = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text())
    board = json.loads((ROOT / "deploy" / "grafana.json").read_text())
    asked = [rule["expr"] for group in alerts["groups"] for rule in group["rules"]]
    asked += [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    families = list(PrometheusMetrics().registry.collect())
    served = {family.name + suffix for family in families for suffix in ("", "_total", "_bucket")}
    assert {name for text in asked for name in re.findall(r"encore_\w+", text)} <= served


def test_the_unit_starts_what_exists_and_stops_it_as_it_stops() -> None:
    unit = configparser.ConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "deploy" / "encore.service")
    assert unit["Service"]["ExecStart"].endswith("/bin/python bot.py")
    assert int(unit["Service"]["TimeoutStopSec"]) > 10
    assert unit["Service"]["ReadWritePaths"] == unit["Service"]["WorkingDirectory"] + "/data"


def test_the_operators_page_names_modes_and_files_that_exist() -> None:
    page = (ROOT / "docs" / "operating.md").read_text()
    modes = set(re.findall(r'"(--[a-z-]+)"', (ROOT / "bot.py").read_text()))
    assert set(re.findall(r"bot\.py (--[a-z]+)", page)) <= modes
    assert {"--backup", "--restore"} <= modes
