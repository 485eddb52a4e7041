"""A job, and the reasons for a bad end."""

from dataclasses import dataclass, replace
from enum import StrEnum

from jobs.models.credit import OWN_ACCOUNT
from jobs.models.order import Order
from jobs.models.states import JobState
from musicapi import Params

# In place of a card's id: the card was shown, but there is no message to reply to.
NO_CARD = 0
# In place of a member's id: they were forgotten.
NOBODY = 0


class Reason(StrEnum):
    """Why a job ended badly or is held. `cogs/text/job_messages.py` has the sentence for each."""

    NONE = ""
    INPUT = "input"  # the API does not accept the request
    SOURCE = "source"  # it does not know the clip or persona to start from
    CONTENT = "content"  # moderation refused it
    KEY = "key"  # the API key is wrong or expired
    CREDITS = "credits"  # the balance does not cover it
    SUBSCRIPTION = "subscription"  # the account's plan has run out
    ADDRESS = "address"  # the API is not where, or not the edition, that the settings say
    RETIRED = "retired"  # the endpoint no longer exists
    MODEL = "model"  # the model is no longer offered
    REFUSED = "refused"  # refused for another reason
    UNREACHABLE = "unreachable"  # the API could not be reached in time; nothing was sent
    TASK = "task"  # the API took the task, and it failed
    FORGOTTEN = "forgotten"  # the API no longer knows the task
    SILENT = "silent"  # the API did not say how the task was doing
    DEADLINE = "deadline"  # the task was not finished in time
    EXPIRED = "expired"  # it waited too long for its turn
    LOST_UNMOVED = "lost_unmoved"  # paid or not: the balance has not moved so far
    LOST_ANSWER = "lost_answer"  # paid or not: other jobs could explain the balance
    LOST_BALANCE = "lost_balance"  # paid or not: the balance could not be read
    LOST_TASK = "lost_task"  # the balance shows that it was paid, but the task id is lost
    LOST_FREE = "lost_free"  # the balance shows that it was not paid
    LINK = "link"  # the file to upload is gone
    CHANNEL = "channel"  # the channel is gone, or closed to the bot
    KEY_GONE = "key_gone"  # the server's key that it began with was removed
    INTERNAL = "internal"  # our own error


@dataclass(frozen=True, slots=True)
class Job:
    """One member's request, from acceptance to delivery: a row of the table `job`.

    Attributes:
        state_at: When the job entered its state.
        due_at: When the engine must act next; None if it need not.
        deadline_at: When waiting in this state ends. Once there are results: until when at least to look for
            more; None where no more are expected.
        tries: Failures in this state so far.
        polls: Polls of the task.
        outcome_at: When the API took the task.
        charged, returned, unresolved: What its paid calls come to: credits that were taken, those of them
            that came back, and those of which nobody knows yet. Written with the calls (`queries.calls`).
        round: Starts at 0 and grows with every "send again".
        card_message_id: The member's card; NO_CARD if it cannot be replied to, None while it may be unseen.
        thread_id: The thread or results channel to post in; None for the channel itself.
        account: `OWN_ACCOUNT`, or the number of the server's key that pays.
        jam_id: The jam that it is a try for, and whose pot pays.
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
    outcome_at: float | None = None
    reason: Reason = Reason.NONE
    reason_text: str = ""
    charged: int = 0
    returned: int = 0
    unresolved: int = 0
    round: int = 0
    notified_at: float | None = None
    finished_at: float | None = None
    thread_id: int | None = None
    account: int = OWN_ACCOUNT
    jam_id: int | None = None

    def entering(
        self,
        state: JobState,
        *,
        now: float,
        due_at: float | None = None,
        deadline_at: float | None = None,
        tries: int = 0,
    ) -> "Job":
        """The job as it enters a state: its waits start again."""
        return replace(self, state=state, state_at=now, due_at=due_at, deadline_at=deadline_at, tries=tries)

    @property
    def destination(self) -> int:
        """The channel or thread in which its messages are posted."""
        return self.thread_id or self.channel_id

    @property
    def order(self) -> Order:
        return Order(self.operation, self.params, self.summary, self.source_clip_id, jam_id=self.jam_id)
