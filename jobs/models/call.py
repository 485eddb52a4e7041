"""Paid calls to the music API, and what became of each."""

from enum import StrEnum


class Outcome(StrEnum):
    """What is known of a paid call. The database holds these words in a CHECK constraint."""

    OPEN = "open"  # under way
    TAKEN = "taken"  # the API has the task
    DONE = "done"  # it brought results
    FAILED = "failed"  # it brought none
    LOST = "lost"  # there was no answer: it may have been carried out, or may still be
    CHARGED = "charged"  # no answer, and the balance shows that it was charged
    FREE = "not_charged"  # no answer, and the balance shows that it was not


class Returned(StrEnum):
    """How it is known that a failed call's credits came back."""

    NO = ""
    SAID = "said"  # by the API, with the failure
    SEEN = "seen"  # on the balance
