"""Points discord.py at the fake, from outside: Python imports this by itself where it lies on PYTHONPATH.

Nothing happens in a process that never imports discord, nor where FAKE_DISCORD_URL is not set. It takes the
place of another sitecustomize further down the path, which a virtual environment does not have. A module that
FAKE_DISCORD_PATCHES names may add patches of its own.
"""

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_BASE_URL = os.environ.get("FAKE_DISCORD_URL", "")
_READY_TIMEOUT = os.environ.get("FAKE_DISCORD_READY_TIMEOUT", "")


def _redirect_rest(module: ModuleType) -> None:
    module.Route.BASE = f"{_BASE_URL}/api/v10"


def _redirect_gateway(module: ModuleType) -> None:
    url = type(module.DiscordWebSocket.DEFAULT_GATEWAY)
    module.DiscordWebSocket.DEFAULT_GATEWAY = url(f"{_BASE_URL.replace('http', 'ws', 1)}/socket")


def _redirect_assets(module: ModuleType) -> None:
    module.Asset.BASE = f"{_BASE_URL}/cdn"


def _shorten_ready(module: ModuleType) -> None:
    original = module.ConnectionState.__init__

    def __init__(self: object, *args: Any, **options: Any) -> None:  # noqa: ANN401, N807 - stands in for another signature
        options.setdefault("guild_ready_timeout", float(_READY_TIMEOUT))
        original(self, *args, **options)

    if _READY_TIMEOUT:
        module.ConnectionState.__init__ = __init__


_PATCHES: dict[str, Callable[[ModuleType], None]] = {
    "discord.http": _redirect_rest,
    "discord.gateway": _redirect_gateway,
    "discord.asset": _redirect_assets,
    "discord.state": _shorten_ready,
}
if os.environ.get("FAKE_DISCORD_PATCHES"):
    _PATCHES |= importlib.import_module(os.environ["FAKE_DISCORD_PATCHES"]).PATCHES


class _PatchingLoader(Loader):
    def __init__(self, loader: Loader, patch: Callable[[ModuleType], None]) -> None:
        self._loader = loader
        self._patch = patch

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        self._patch(module)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        patch = _PATCHES.get(fullname)
        spec = None if patch is None else PathFinder.find_spec(fullname, path, target)
        if patch is not None and spec is not None and spec.loader is not None:
            spec.loader = _PatchingLoader(spec.loader, patch)
        return spec


if _BASE_URL:
    sys.meta_path.insert(0, _Finder())
