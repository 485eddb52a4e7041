"""A job, and why it ended badly."""

from dataclasses import dataclass, replace
from enum import StrEnum

from jobs.models.credit import OWN_ACCOUNT
from jobs.models.order import Order
from jobs.models.states import JobState
from musicapi import Params

# Instead of a card's id: the card was shown, but there is no message to reply to.
NO_CARD = 0


class Reason(StrEnum):
    """Why a job ended badly or is held. `cogs/text/job_messages.py` has the sentence for each."""

    NONE = ""
    INPUT = "input"  # the API does not accept the request
    CONTENT = "content"  # moderation refused it
    KEY = "key"  # the API key is wrong or expired
    CREDITS = "credits"  # the balance does not cover it
    RETIRED = "retired"  # the endpoint no longer exists
    REFUSED = "refused"  # refused for another reason
    UNREACHABLE = "unreachable"  # the API could not be reached in time; nothing was sent
    TASK = "task"  # the API took the task, and it failed
    FORGOTTEN = "forgotten"  # the API no longer knows the task
    DEADLINE = "deadline"  # we stopped waiting
    EXPIRED = "expired"  # it waited for its turn for too long
    LOST_ANSWER = "lost_answer"  # paid or not: other jobs could explain the balance
    LOST_BALANCE = "lost_balance"  # paid or not: the balance could not be read
    LOST_TASK = "lost_task"  # the balance shows that it was paid, but the task id is lost
    LINK = "link"  # the file that was to be uploaded is no longer there
    CHANNEL = "channel"  # the channel is gone or closed to us
    KEY_GONE = "key_gone"  # the server's own key, with which it began, was removed
    INTERNAL = "internal"  # our own error


@dataclass(frozen=True, slots=True)
class Job:
    """One member's request, from acceptance to delivery: a row of the table `job`.

    Attributes:
        state_at: When the job came into its state.
        due_at: When the engine must next act on it; None when it need not.
        deadline_at: When waiting in this state ends.
        tries: What has gone wrong in this state so far.
        polls: How often the task was polled.
        balance_before: Credits just before the submit, None where the API did not say.
        submit_at: When the paid call was about to leave, just before the balance was read.
        outcome_at: When its outcome was known.
        lost_credits: What earlier calls, whose answers were lost, may have cost.
        round: How often delivery was asked for: 0, and one more with every "send again".
        card_message_id: The card that the member was shown; NO_CARD where none can be replied to, None while
            nobody knows whether one was shown.
        thread_id: The thread, or the server's channel for results, in which its results are posted; None for
            the channel itself.
        account: Whose key pays: `OWN_ACCOUNT`, or the number of a key that a server gave.
    """

    id: int
    guild_id: int
    channel_id: int
    user_id: int
    operation: str
    provider: str
    params: Params
    summary: str
    source_clip_id: str
    price: int
    state: JobState
    state_at: float
    created_at: float
    upload_limit: int
    due_at: float | None = None
    deadline_at: float | None = None
    tries: int = 0
    polls: int = 0
    task_id: str = ""
    card_message_id: int | None = None
    balance_before: int | None = None
    submit_at: float | None = None
    outcome_at: float | None = None
    reason: Reason = Reason.NONE
    reason_text: str = ""
    refunded: bool = False
    lost_credits: int = 0
    round: int = 0
    notified_at: float | None = None
    finished_at: float | None = None
    thread_id: int | None = None
    account: int = OWN_ACCOUNT

    def entering(
        self,
        state: JobState,
        *,
        now: float,
        due_at: float | None = None,
        deadline_at: float | None = None,
        tries: int = 0,
    ) -> "Job":
        """The job as it comes into a state: its waits begin anew."""
        return replace(self, state=state, state_at=now, due_at=due_at, deadline_at=deadline_at, tries=tries)

    @property
    def order(self) -> Order:
        """What the member asked for, to be asked once more."""
        return Order(self.operation, self.params, self.summary, self.source_clip_id)
