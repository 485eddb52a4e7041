"""Tables that stand in different layers speak of the same operations."""

import pytest

from cogs.text import labels
from cogs.text.form_specs import FORMS
from jobs.models.operations import FAMILIES, JAM, ZIP, family_of, makes_song
from musicapi import OPERATIONS, load_profile, profile_names


def test_every_operation_has_a_name_and_a_family_of_commands() -> None:
    assert set(labels.OPERATIONS) == {*OPERATIONS, ZIP}
    assert {family_of(operation) for operation in OPERATIONS} == {*FAMILIES} - {JAM}
    assert set(FORMS) <= set(OPERATIONS)


@pytest.mark.parametrize("name", profile_names())
def test_what_counts_as_a_song_is_what_the_terms_call_one(name: str) -> None:
    for operation, terms in load_profile(name).operations.items():
        assert makes_song(operation) is (terms.makes == "song"), operation


@pytest.mark.parametrize("name", profile_names())
def test_every_step_that_leads_on_from_a_result_has_a_label(name: str) -> None:
    leading = {operation for operation, terms in load_profile(name).operations.items() if terms.takes}
    assert leading == set(labels.STEPS)
