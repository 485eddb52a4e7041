"""What can be ordered in the model: priced and free, long and at once, in one message and in two."""

from collections.abc import Sequence
from dataclasses import dataclass

from jobs.models import Params


@dataclass(frozen=True)
class ModelTerms:
    """Satisfies `ports.Terms`."""

    price: int
    clips: int
    usually: float = 90.0
    poll_every: float = 15.0
    deadline: float = 1800.0
    provider: str = "suno"
    makes: str = "song"
    takes: Sequence[str] = ()
    retired: bool = False
    at_once: bool = False


# Twelve stems with a cover are two messages. Every other price is a sum of smaller ones on purpose.
TERMS = {
    "suno.create": ModelTerms(10, 2),
    "suno.stems_full": ModelTerms(50, 12),
    "suno.wav": ModelTerms(0, 1),
    "suno.lyrics": ModelTerms(20, 1, at_once=True),
}


class ModelCatalogue:
    """Satisfies `ports.Catalogue`."""

    submit_interval = 2.0

    def operations(self) -> Sequence[str]:
        return tuple(TERMS)

    def terms(self, operation: str) -> ModelTerms:
        return TERMS[operation]

    def price(self, operation: str, params: Params) -> int:
        del params
        return TERMS[operation].price

    def check(self, operation: str, params: Params) -> tuple[str, str] | None:
        del operation, params
        return None

    def limit(self, field: str, *, operation: str, model: str = "") -> int:
        del field, operation, model
        return 1000

    def range(self, field: str, *, operation: str) -> tuple[float, float] | None:
        del field, operation
        return None

    def options(self, operation: str, field: str) -> Sequence[tuple[str, str]]:
        del operation, field
        return ()

    def models(self, provider: str) -> Sequence[tuple[str, str]]:
        return [("v4.5", provider)]
