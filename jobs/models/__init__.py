"""What is passed around: frozen, without I/O. Times are seconds since the epoch, UTC."""

from jobs.models.call import Outcome, Returned
from jobs.models.clip import Clip, Family
from jobs.models.credit import (
    OWN_ACCOUNT,
    Alert,
    Balance,
    Booking,
    Drift,
    MemberReport,
    OwnerReport,
    ServerReport,
    Spending,
    Statement,
    Usage,
)
from jobs.models.job import NO_CARD, NOBODY, Job, Reason
from jobs.models.library import Listed, ListedJob, Paged, Place, Preferences, Removal, Shelf, Viewer
from jobs.models.message import Attachment, Card, OutageNotice, Planned, Post, Zipped
from jobs.models.order import UNASKED, Order, Origin
from jobs.models.rules import Block, Change, Edit, GuildSettings, OwnerPolicy, ServerKey
from musicapi import HEAD_BYTES, Params, Profile, sound_kind
