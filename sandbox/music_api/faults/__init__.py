"""Faults that can be switched on, each named after what goes wrong.

`connection` breaks the network, `refusals` says no, `looks` lets tasks end badly, `bodies` spoils JSON
answers and `files` spoils downloads.
"""

import inspect
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sandbox.music_api.faults import bodies, connection, files, looks, refusals
from sandbox.music_api.faults.rules import Fault, Faults, Phase, Rule

__all__ = [
    "FAULTS",
    "Fault",
    "Faults",
    "Phase",
    "Rule",
    "bodies",
    "connection",
    "files",
    "looks",
    "refusals",
]

FAULTS: Final[Mapping[str, type[Fault]]] = MappingProxyType(
    {
        kind.__name__: kind
        for module in (bodies, connection, files, looks, refusals)
        for kind in vars(module).values()
        if inspect.isclass(kind) and issubclass(kind, Fault) and not inspect.isabstract(kind)
    }
)
"""Every fault by its name, for those who ask for it over the wire."""
