"""What keeps the code readable is counted: sizes, exceptions to the style, doubles without a spec."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests import ROOT

LONGEST_FILE, SHORTEST_FILE, LONGEST_FUNCTION = 300, 17, 50
# Files in a folder, where that is not 15.
MOST_FILES = {"jobs": 6, "cogs": 16}  # at the top of cogs: one a group of commands


def code() -> Iterator[Path]:
    """Every file of ours that is no test; migrations are records of what was."""
    yield ROOT / "bot.py"
    for folder in ("startup", "cogs", "jobs", "musicapi", "sandbox", "bench"):
        yield from (file for file in (ROOT / folder).rglob("*.py") if "versions" not in file.parts)


def test_no_file_and_no_function_is_too_long() -> None:
    for file in code():
        text = file.read_text()
        assert len(text.splitlines()) <= LONGEST_FILE, file
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, f"{file}:{node.lineno}"


def test_folders_are_small_and_hold_no_crumbs() -> None:
    for package in ("cogs", "jobs", "musicapi", "startup"):
        for folder in (ROOT / package, *(ROOT / package).rglob("*/")):
            files = [file for file in folder.glob("*.py") if file.name != "__init__.py"]
            assert len(files) <= MOST_FILES.get(folder.relative_to(ROOT).as_posix(), 15), folder
            if "migrations" not in folder.parts:
                assert [file for file in files if len(file.read_text().splitlines()) < SHORTEST_FILE] == []


def test_every_exception_to_the_style_says_why() -> None:
    for file in code():
        for number, line in enumerate(file.read_text().splitlines(), 1):
            exception = re.search(r"# (?:noqa: [A-Z\d, ]*\d|type: ignore\[[\w, -]+\])(?P<why>.*)", line)
            assert exception is None or len(exception["why"]) > len(" - "), f"{file}:{number}"


def test_no_cog_reaches_for_the_store_to_write() -> None:
    for file in (ROOT / "cogs").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            assert not isinstance(node, ast.Attribute) or node.attr != "store", f"{file}:{node.lineno}"


def test_every_double_has_a_spec() -> None:
    for file in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and re.fullmatch(r"(?:\w+\.)?\w*Mock", ast.unparse(node.func)):
                specs = [keyword.arg for keyword in node.keywords if "spec" in (keyword.arg or "")]
                mutants = file.name.startswith("mutants")  # break the code on purpose
                assert specs or mutants, f"{file}:{node.lineno}"
