"""What the music API may answer, and how each ends: the rows of a table in `docs/reliability.md`."""

from dataclasses import dataclass

from jobs.models.states import JobState, S
from tests.fakes.api_faults import Fault, bodies, connection, files, gateways, late, polls, refusals

_MIB = 1024 * 1024


@dataclass(frozen=True)
class ApiRow:
    """One row: which fault strikes what, where the job ends, how often it was charged, what was posted.

    Attributes:
        on: `submit`, `look`, `file` or `balance`.
        posted: `files`, `links`, `names` (of what cannot be had) or `news` (of a failure).
        always: Whether it strikes every time, not only once.
    """

    on: str
    fault: Fault
    state: JobState = S.DONE
    charges: int = 1
    posted: str = "files"
    always: bool = False

    @property
    def name(self) -> str:
        """What the table calls it."""
        often = ", every time" if self.always else ""
        return f"{self.on}: {type(self.fault).__name__}{often}"


def _refused(fault: Fault) -> ApiRow:
    return ApiRow("submit", fault, S.FAILED, 0, "news")


def _unanswered(fault: Fault, charges: int = 1) -> ApiRow:
    return ApiRow("submit", fault, S.FAILED, charges, "news")


def _linked(fault: Fault) -> ApiRow:
    return ApiRow("file", fault, posted="links", always=True)


def _lost(fault: Fault) -> ApiRow:
    return ApiRow("file", fault, posted="names", always=True)


def _stopped(fault: Fault) -> ApiRow:
    return ApiRow("look", fault, S.FAILED, 1, "news", always=True)


OUTCOMES = (
    # A clear no: nothing was charged, and the channel is told why.
    _refused(refusals.NoCredits()),
    _refused(refusals.NoCredits402()),
    _refused(refusals.NoSubscription()),
    _refused(refusals.BadLyricsFormat()),
    _refused(refusals.NeedsReview()),
    _refused(refusals.ArtistNames()),
    _refused(refusals.CopyrightedContent()),
    _refused(refusals.InappropriateContent()),
    _refused(refusals.ProducerTags()),
    _refused(refusals.Retired()),
    _refused(bodies.ErrorInSuccess()),
    _refused(gateways.Moved()),
    # Surely without effect: made again by itself.
    ApiRow("submit", refusals.RateLimited(1)),
    ApiRow("submit", connection.Slow(0.5)),
    ApiRow("submit", connection.SlowAnswer(0.5)),
    # The answer lost or unreadable, charged or not: never made again by itself; the balance tells in time.
    _unanswered(refusals.ServerError(), 0),
    _unanswered(refusals.UpstreamError(), 0),
    _unanswered(refusals.GatewayTimeout(), 0),
    _unanswered(gateways.Challenge(), 0),
    _unanswered(gateways.Deploying(), 0),
    _unanswered(gateways.BadGatewayPage(), 0),
    _unanswered(gateways.GatewayObject(), 0),
    _unanswered(connection.CutBeforeReading(), 0),
    _unanswered(late.LandsLate()),
    _unanswered(refusals.LateServerError()),
    _unanswered(refusals.LateUpstreamError()),
    _unanswered(refusals.LateGatewayTimeout()),
    _unanswered(gateways.LateChallenge()),
    _unanswered(connection.CutAfterEffect()),
    _unanswered(connection.CutInMidBody()),
    _unanswered(bodies.InvalidJson()),
    _unanswered(bodies.WebPage()),
    _unanswered(bodies.NotAnObject()),
    _unanswered(bodies.HugeBody(size=5 * _MIB)),
    # Odd, but readable.
    ApiRow("submit", bodies.WrongContentType()),
    ApiRow("submit", bodies.ExtraFields()),
    ApiRow("submit", bodies.NumbersAsStrings()),
    # Looks cost nothing and are repeated, until a deadline.
    ApiRow("look", refusals.ServerError()),
    ApiRow("look", refusals.RateLimited(1)),
    ApiRow("look", refusals.NoSubscription()),
    ApiRow("look", refusals.Retired()),
    ApiRow("look", refusals.GatewayTimeout()),
    ApiRow("look", polls.Unknown()),
    ApiRow("look", connection.CutBeforeReading()),
    ApiRow("look", connection.CutInMidBody()),
    ApiRow("look", bodies.InvalidJson()),
    ApiRow("look", bodies.WebPage()),
    ApiRow("look", bodies.NotAnObject()),
    ApiRow("look", bodies.HugeBody(size=5 * _MIB)),
    ApiRow("look", bodies.UnknownState(), always=True),
    ApiRow("look", bodies.OneId(), always=True),
    ApiRow("look", polls.Nameless(), always=True),
    ApiRow("look", gateways.Challenge()),
    ApiRow("look", gateways.Deploying()),
    ApiRow("look", gateways.Moved()),
    ApiRow("look", bodies.MissingFields()),
    ApiRow("look", bodies.WrongTypes()),
    ApiRow("look", bodies.EmptyData()),
    ApiRow("look", bodies.StringsAsNumbers(), always=True),
    ApiRow("look", bodies.NumbersAsStrings(), always=True),
    ApiRow("look", bodies.NotANumber(), always=True),
    ApiRow("look", bodies.ChangingOrder(), always=True),
    ApiRow("look", bodies.ExtraFields(), always=True),
    ApiRow("look", polls.ClipsFail((0,))),
    ApiRow("look", polls.NotReady()),
    ApiRow("look", polls.Grows(30.0), always=True),
    ApiRow("look", polls.Straggles(), always=True),
    ApiRow("look", polls.Sick(200.0), always=True),
    ApiRow("look", polls.Turned(), always=True),
    ApiRow("look", refusals.Failed(), S.FAILED, 1, "news"),
    _stopped(polls.NotReady()),
    _stopped(polls.TaskFails("error")),
    _stopped(polls.FlatFailure()),
    _stopped(bodies.OtherFailure()),
    _stopped(bodies.EmptyData()),
    _stopped(refusals.ServerError()),
    _stopped(refusals.GatewayTimeout()),
    _stopped(refusals.Retired()),
    _stopped(polls.Unknown()),
    # What the balance shows late does not mislead.
    ApiRow("balance", late.OldBalance(), always=True),
    # A file that is late is waited for; what cannot be attached goes as a link if that works, else by name.
    ApiRow("file", files.FileGone()),
    ApiRow("file", files.EmptyFile()),
    ApiRow("file", files.LateFile(), always=True),
    ApiRow("file", files.TruncatedFile(), always=True),
    _lost(files.FileGone()),
    _lost(files.FileForbidden()),
    _lost(files.PageInsteadOfFile()),
    _lost(files.PageNamedAudio()),
    _lost(files.EmptyFile()),
    _linked(files.EndlessFile()),
    _lost(files.SlowDrip(0.05)),
    _linked(files.WrongLength()),
    _linked(files.GzipBomb(size=20 * _MIB)),
    _lost(files.Redirect()),
)
