"""Every reason without facts has its sentence; mypy sees to those with facts."""

import pytest

from cogs.text.rejection_messages import rejection
from jobs.models.rejections import Denied, KeyProblem


@pytest.mark.parametrize("why", [*Denied, *KeyProblem])
def test_it_says_why_and_that_nothing_was_charged(why: Denied | KeyProblem) -> None:
    assert rejection(why).endswith(". Nothing was charged.")
