"""A pause planted in a worker: it stops itself between the committed intent and the call, once.

The child's hook imports this; it lives in the bot's process.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any


def stop_before_call(submit: Any) -> None:  # noqa: ANN401 - a module
    genuine, once = submit._intend, Path(os.environ["FLEET_STOPS"])
    submit._LATEST_CALL = 0.5

    def stop() -> None:
        if once.exists():
            once.unlink()
            os.kill(os.getpid(), signal.SIGSTOP)

    async def intend(*order: Any) -> Any:  # noqa: ANN401
        intent = await genuine(*order)
        stop()
        return intent

    submit._intend = intend


PATCHES: dict[str, Callable[[Any], None]] = {}
if os.environ.get("FLEET_STOPS"):
    PATCHES["jobs.engine.submit"] = stop_before_call
