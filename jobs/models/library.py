"""What members look for among results, find there, and wish for their own orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from jobs.models.clip import Clip
from jobs.models.job import Job


class Place(NamedTuple):
    """A message in a channel."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whom a list is for; 0 for nobody in particular.

    Attributes:
        unseen: Channels that they cannot see: what others made there is not listed.
    """

    user_id: int = 0
    unseen: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Shelf:
    """What of a server's results is looked for.

    Attributes:
        text: Words that title, part and style hold.
        kind: The kind of results; empty for all.
        member: Who asked for them; 0 for anybody.
        liked_by: Whose favourites they are; 0 for liked or not.
    """

    text: str = ""
    kind: str = "song"
    member: int = 0
    liked_by: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A result in a list: how many like it, and where it is posted, if that is known."""

    clip: Clip
    likes: int = 0
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class ListedJob:
    """A job in a list: the title of what it made, and where that is posted."""

    job: Job
    title: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """Who took the results of a job out of their channel."""

    job_id: int
    user_id: int
    at: float


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a member has chosen for their own orders, in every server.

    Attributes:
        models: The id of a model by provider, for orders that name none.
        style: Added to every new song.
        copies: Whether results are also sent to the member directly.
        closed_since: The job of which no copy could be sent, until the member is told; 0 for none.
    """

    models: Mapping[str, str] = field(default_factory=dict)
    style: str = ""
    copies: bool = False
    closed_since: int = 0


class Paged(NamedTuple):
    """One page of a list, and whether there are more."""

    entries: Sequence[Listed]
    more: bool
