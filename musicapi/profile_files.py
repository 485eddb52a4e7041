"""The profiles that come with the package: from TOML to `Profile`."""

import tomllib
from collections.abc import Collection, Mapping
from importlib import resources
from typing import Any

from musicapi.profile import Model, Profile, Rules, Terms
from musicapi.requests.bodies import OPERATIONS

_RULES = ("limits", "ranges", "options")


def profile_names() -> tuple[str, ...]:
    folder = resources.files("musicapi") / "profiles"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def load_profile(name: str) -> Profile:
    """Read a profile by name.

    Raises:
        ValueError: There is no such profile.
    """
    if name not in profile_names():
        raise ValueError(f"no profile {name!r}; there are: {', '.join(profile_names())}")
    text = (resources.files("musicapi") / "profiles" / f"{name}.toml").read_text(encoding="utf-8")
    return profile_of(name, tomllib.loads(text))


def profile_of(name: str, data: Mapping[str, Any]) -> Profile:
    """Raises TypeError or KeyError for a misspelt table."""
    defaults = data["defaults"]
    return Profile(
        name=name,
        base_url=data["base_url"],
        submit_interval=float(data["submit_interval"]),
        rules=_rules({key: data[key] for key in _RULES if key in data}),
        models={
            provider: tuple(_model(model_id, row) for model_id, row in rows.items())
            for provider, rows in data["models"].items()
        },
        operations={
            operation: _terms(operation, defaults[operation.partition(".")[0]], entry, data["webhooks"])
            for operation, entry in data["operations"].items()
        },
        tasks=data["tasks"],
    )


def _model(model_id: str, row: Mapping[str, Any]) -> Model:
    takes = frozenset(key for key, value in row.items() if value is True)
    limits = {key: value for key, value in row.items() if type(value) is int}  # which a switch is not
    return Model(model_id, row["name"], limits, takes)


def _terms(
    operation: str, default: Mapping[str, Any], entry: Mapping[str, Any], webhooks: Collection[str]
) -> Terms:
    """Merge an entry over its provider's defaults, table by table."""
    merged = {**default, **entry}
    for key, value in entry.items():
        if isinstance(value, dict):
            merged[key] = {**default.get(key, {}), **value}
    merged.setdefault("webhook", merged["path"] in webhooks)
    rules = _rules({key: merged.pop(key) for key in _RULES if key in merged})
    versions = {name: _rules(rows) for name, rows in merged.pop("versions", {}).items()}
    provider, makes = operation.partition(".")[0], OPERATIONS[operation].makes
    return Terms(provider=provider, makes=makes, rules=rules, versions=versions, **merged)


def _rules(tables: Mapping[str, Any]) -> Rules:
    ranges = {key: (float(low), float(high)) for key, (low, high) in tables.get("ranges", {}).items()}
    options = {
        # A plain list sends what members see.
        key: choices if isinstance(choices, dict) else {choice: choice for choice in choices}
        for key, choices in tables.get("options", {}).items()
    }
    return Rules(**{**tables, "ranges": ranges, "options": options})
