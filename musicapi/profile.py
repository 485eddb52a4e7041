"""A profile: what drifts at the provider, read from TOML. See `profiles/classic.toml`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Params = Mapping[str, Any]
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Model:
    """One model a member can choose.

    Attributes:
        model_id: What the API calls it, sent as `mv`.
        name: What members call it.
        limits: Character limits where this model's differ from the profile's.
        takes: Fields that only some models take, and this one does.
    """

    model_id: str
    name: str
    limits: Mapping[str, int] = field(default_factory=dict)
    takes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rules:
    """What an operation, or one version of it, accepts.

    Attributes:
        limits: Characters by field, where they differ from the model's and the profile's.
        ranges: The least and the greatest number by field, likewise.
        options: What an enumerated field may be: the name for members, and what is sent for it.
    """

    limits: Mapping[str, int] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the profile says of one operation. All times are seconds.

    Attributes:
        price: Credits for one call.
        price_by_model: Prices of models for which it differs.
        clips: How many results to expect.
        open_ended: Whether there may be more of them.
        usually: When such a job is done, until our own history knows better.
        poll_every: The interval between looks at the task.
        deadline: When we stop waiting for the task.
        makes: What comes of it: song, stem, wav, upload, persona or lyrics.
        takes: What it starts from: kinds of results, or operations that made them; empty for nothing.
        retired: Whether the API no longer offers it.
        webhook: Whether the API calls a webhook when a task of it is over.
        task_type: What tells it from the others of its path; empty where nothing does.
        upload_task_type: The same for a clip that was uploaded; empty where it makes no difference.
        fields: Our name of a field in the body to the API's here; an empty one is not sent.
        extra_body: Fields that the API has come to require and that mean nothing to a member.
        rules: What it accepts.
        versions: What differs in each version of it.
    """

    provider: str
    path: str
    price: int
    clips: int
    usually: float
    poll_every: float
    deadline: float
    makes: str = "song"
    takes: Sequence[str] = ()
    open_ended: bool = False
    retired: bool = False
    webhook: bool = False
    task_type: str = ""
    upload_task_type: str = ""
    price_by_model: Mapping[str, int] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    extra_body: Params = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)
    versions: Mapping[str, Rules] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """One edition of the API. The first model of a provider is its default."""

    name: str
    base_url: str
    submit_interval: float
    rules: Rules
    models: Mapping[str, tuple[Model, ...]]
    operations: Mapping[str, Terms]
    tasks: Mapping[str, str]

    def terms(self, operation: str) -> Terms:
        """Raises KeyError for an operation that this profile does not have."""
        return self.operations[operation]

    def price(self, operation: str, params: Params) -> int:
        terms = self.terms(operation)
        model = str(params.get("model") or self.default_model(terms.provider))
        return terms.price_by_model.get(model, terms.price)

    def default_model(self, provider: str) -> str:
        """Empty for a provider without models."""
        return next((model.model_id for model in self.models.get(provider, ())), "")

    def model(self, provider: str, model_id: str) -> Model | None:
        offered = self.models.get(provider, ())
        return next((model for model in offered if model.model_id == model_id), None)

    def model_name(self, model_id: str) -> str:
        """The model's name for members; its id where the profile does not know it."""
        offered = (model for models in self.models.values() for model in models)
        return next((model.name for model in offered if model.model_id == model_id), model_id)

    def limit(self, name: str, *, operation: str, model: str = "") -> int:
        """The character limit of a field: the operation's, else the model's, else the profile's.

        Args:
            name: The field.
            operation: The operation that it belongs to.
            model: The model, or the version for an operation that has versions; empty for the default model.
        """
        terms = self.terms(operation)
        chosen = self.model(terms.provider, model or self.default_model(terms.provider))
        of_model = chosen.limits if chosen else {}
        of_version = terms.versions.get(model, Rules()).limits
        return {**self.rules.limits, **of_model, **terms.rules.limits, **of_version}[name]

    def range(self, name: str, *, operation: str, version: str = "") -> Range | None:
        """(least, greatest); None where the profile sets no bounds."""
        terms = self.terms(operation)
        of_version = terms.versions.get(version, Rules()).ranges
        return {**self.rules.ranges, **terms.rules.ranges, **of_version}.get(name)

    def options(self, operation: str, name: str) -> Mapping[str, str]:
        """The allowed values by their name for members; empty for a free field."""
        return {**self.rules.options, **self.terms(operation).rules.options}.get(name, {})
