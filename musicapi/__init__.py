"""The AI Music API: a pure protocol, and beside it one thin HTTP transport.

`requests` turns our parameters into request bodies (each provider's in a module of its name), `responses`
turns HTTP answers into models or typed errors. What drifts at the provider (prefixes, models, prices,
limits) is data in `profiles/*.toml`. All of that is free of I/O, and all that this module offers.
`client` and `download` move bytes and are imported by those who open a connection. The package knows neither
Discord nor the database, and nothing here retries: whether a call may be repeated is the caller's to decide.
"""

from musicapi.errors import (
    ContentRefused,
    DownloadFailed,
    FileGone,
    FileNotKept,
    FileRefused,
    FileTooLarge,
    InvalidInput,
    InvalidRequest,
    ModelRetired,
    Moved,
    MusicApiError,
    NoCredits,
    NoLongerOffered,
    NoSubscription,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Retired,
    SourceUnknown,
    TaskFailed,
    TaskUnknown,
    Unauthorized,
    Unavailable,
    WrongAddress,
)
from musicapi.models import Clip, ClipState, Credits, Submission, TaskStatus, is_instrumental
from musicapi.profile import Model, Params, Profile, Terms
from musicapi.profile_files import load_profile, profile_names
from musicapi.requests.bodies import OPERATIONS, build
from musicapi.sounds import HEAD_BYTES, sound_kind
from musicapi.webhooks import Webhook
