"""The fake music API with faults, each named after what goes wrong.

`connection` breaks the network, `refusals` says no, `polls` lets tasks end badly, `bodies` spoils JSON
answers, `gateways` stands in front of the API, `late` lets effects come late, `files` spoils downloads. A new
fault is a class in one of them.
"""

import inspect
from collections.abc import Mapping
from types import MappingProxyType

from tests.fakes.api_faults import bodies, connection, files, gateways, late, polls, refusals
from tests.fakes.api_faults.rules import Fault, Faults, FaultyMusicApi, Phase, Rule

__all__ = [
    "FAULTS",
    "Fault",
    "Faults",
    "FaultyMusicApi",
    "Phase",
    "Rule",
    "bodies",
    "connection",
    "files",
    "gateways",
    "late",
    "polls",
    "refusals",
]

_BASES = {polls.Listed, files.FileFault, gateways.Foreign, refusals.Refusal, refusals.Quoted}
FAULTS: Mapping[str, type[Fault]] = MappingProxyType(
    {
        kind.__name__: kind
        for module in (bodies, connection, files, gateways, late, polls, refusals)
        for kind in vars(module).values()
        if inspect.isclass(kind)
        and issubclass(kind, Fault)
        and not (inspect.isabstract(kind) or kind in _BASES)
    }
)
"""Every fault by its name."""
