"""A profile: what drifts at the provider, read from TOML. See `profiles/classic.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Model:
    """One model a member can choose.

    Attributes:
        model_id: What the API calls it, sent as `mv`.
        name: What members call it.
        limits: Character limits where this model's differ from the profile's.
    """

    model_id: str
    name: str
    limits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the profile says of one operation. All times are seconds.

    Attributes:
        price: Credits for one call.
        price_by_model: Prices of models for which it differs.
        clips: How many results to expect. Stems have come in other numbers, so this is no promise.
        usually: When such a job is done, until our own history knows better.
        look_every: The interval between looks at the task.
        deadline: When we stop waiting for the task.
        extra_body: Fields that the API has come to require and that mean nothing to a member.
    """

    provider: str
    path: str
    price: int
    clips: int
    usually: float
    look_every: float
    deadline: float
    price_by_model: Mapping[str, int] = field(default_factory=dict)
    extra_body: Params = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """All that is known of one family of the API."""

    name: str
    base_url: str
    submit_interval: float
    limits: Mapping[str, int]
    models: Mapping[str, tuple[Model, ...]]
    default_models: Mapping[str, str]
    operations: Mapping[str, Terms]
    tasks: Mapping[str, str]

    def terms(self, operation: str) -> Terms:
        """The terms of an operation; KeyError for one that this profile does not have."""
        return self.operations[operation]

    def price(self, operation: str, params: Params) -> int:
        """Credits that one call with these parameters costs."""
        terms = self.terms(operation)
        model = str(params.get("model") or self.default_models.get(terms.provider, ""))
        return terms.price_by_model.get(model, terms.price)

    def model_name(self, model_id: str) -> str:
        """What members call a model; its id where the profile does not know it."""
        names = {model.model_id: model.name for models in self.models.values() for model in models}
        return names.get(model_id, model_id)

    def limit(self, name: str, *, provider: str = "suno", model: str = "") -> int:
        """The character limit of a field, for the model where it has one of its own."""
        for candidate in self.models.get(provider, ()):
            if candidate.model_id == model and name in candidate.limits:
                return candidate.limits[name]
        return self.limits[name]


def profile_names() -> tuple[str, ...]:
    """The profiles that come with the package."""
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
    return _profile(name, tomllib.loads(text))


def _profile(name: str, data: dict[str, Any]) -> Profile:
    return Profile(
        name=name,
        base_url=data["base_url"],
        submit_interval=float(data["submit_interval"]),
        limits=data["limits"],
        models={provider: _models(table["choices"]) for provider, table in data["models"].items()},
        default_models={provider: table["default"] for provider, table in data["models"].items()},
        operations={operation: Terms(**table) for operation, table in data["operations"].items()},
        tasks=data["tasks"],
    )


def _models(choices: dict[str, dict[str, Any]]) -> tuple[Model, ...]:
    return tuple(
        Model(
            model_id, name=table["name"], limits={key: value for key, value in table.items() if key != "name"}
        )
        for model_id, table in choices.items()
    )
