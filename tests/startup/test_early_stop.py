"""A stop that comes while the bot is still loading is a clean one as well."""

import subprocess
import sys
from pathlib import Path

from tests import ROOT

_PROGRAM = """
import os, signal, sys
import bot

class Stopped:
    def find_spec(self, name, path=None, target=None):
        if name == "musicapi":
            os.kill(os.getpid(), signal.SIGTERM)

sys.meta_path.insert(0, Stopped())
sys.exit(bot.main([]))
"""


def test_a_stop_in_the_middle_of_loading_ends_with_nought(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _PROGRAM],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
