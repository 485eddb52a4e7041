"""The AI Music API: a pure protocol and one thin HTTP transport.

`operations` turns our parameters into request bodies (each provider's in a module of its name),
`replies` turns HTTP answers into models or typed errors, `client` moves bytes, one attempt per call.
What drifts at the provider (prefixes, models, prices, limits) is data in `profiles/*.toml`. The package
knows neither Discord nor the database, and nothing here retries: whether a call may be repeated is the
caller's to decide.
"""

from musicapi.client import MusicApiClient
from musicapi.errors import (
    ContentRefused,
    InvalidInput,
    InvalidRequest,
    MusicApiError,
    NoCredits,
    NoLongerOffered,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Retired,
    TaskFailed,
    TaskUnknown,
    Unauthorized,
    Unavailable,
)
from musicapi.models import Clip, ClipState, Credits, Lyrics, Submission, TaskStatus
from musicapi.profile import Model, Profile, Terms
from musicapi.profile_files import load_profile, profile_names
from musicapi.requests.bodies import OPERATIONS, build

__all__ = [
    "OPERATIONS",
    "Clip",
    "ClipState",
    "ContentRefused",
    "Credits",
    "InvalidInput",
    "InvalidRequest",
    "Lyrics",
    "Model",
    "MusicApiClient",
    "MusicApiError",
    "NoCredits",
    "NoLongerOffered",
    "NotSent",
    "OutcomeUnknown",
    "Profile",
    "RateLimited",
    "Refused",
    "Retired",
    "Submission",
    "TaskFailed",
    "TaskStatus",
    "TaskUnknown",
    "Terms",
    "Unauthorized",
    "Unavailable",
    "build",
    "load_profile",
    "profile_names",
]
