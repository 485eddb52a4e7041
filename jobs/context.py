"""The shared tools of orders and the engine."""

from collections.abc import Callable
from dataclasses import InitVar, dataclass, field
from pathlib import Path

from jobs.credits.accounts import Accounts
from jobs.credits.instrumented import InstrumentedApi, Metrics
from jobs.credits.keyring import Keyring
from jobs.credits.pace import Pace
from jobs.models import Alert, OwnerPolicy, Profile
from jobs.ports import Clock, Downloader, MusicClient, Outbox
from jobs.rules.breaker import Breakers
from jobs.rules.schedule import Schedule
from jobs.slots import Signals, Slots
from jobs.store import Store
from jobs.webhooks import Webhooks


@dataclass(slots=True)
class JobContext:
    """The tools, and the memory of one process.

    Args:
        client: The API with the bot's own key.
        send_alert: Posts that a balance is low; must not wait.

    Attributes:
        api: The API with every key and a time limit; its outcomes feed `breakers` and `metrics`.
        spool: A folder for files on their way from the API to Discord.
        limited: Channels that Discord limits, and until when: nothing is fetched or sent for them before.
        unanswered: Since when polls of a job have brought no word about its task.
        durations: How long the latest jobs of an operation took (see `orders.operation_history`).
        slots: Which accounts the engine works for.
        signals: Tells other processes what is new.
        gone: Servers that removed the bot: start nothing for them, as no member there can decide.
        last_pass_at: When the engine last completed a pass over the store.
    """

    store: Store
    client: InitVar[MusicClient]
    downloader: Downloader
    outbox: Outbox
    catalogue: Profile
    schedule: Schedule
    clock: Clock
    spool: Path
    keyring: InitVar[Keyring | None] = None
    policy: InitVar[OwnerPolicy | None] = None
    send_alert: InitVar[Callable[[Alert], None]] = lambda _alert: None
    metrics: Metrics = field(default_factory=Metrics)
    limited: dict[int, float] = field(default_factory=dict)
    unanswered: dict[int, float] = field(default_factory=dict)
    durations: dict[str, list[float]] = field(default_factory=dict)
    webhooks: Webhooks = field(default_factory=Webhooks)
    slots: Slots = field(default_factory=Slots)
    signals: Signals = field(default_factory=Signals)
    gone: set[int] = field(default_factory=set)
    last_pass_at: float | None = None
    started_at: float = field(init=False)
    breakers: Breakers = field(init=False)
    api: InstrumentedApi = field(init=False)
    accounts: Accounts = field(init=False)

    def __post_init__(
        self,
        client: MusicClient,
        keyring: Keyring | None,
        policy: OwnerPolicy | None,
        send_alert: Callable[[Alert], None],
    ) -> None:
        self.started_at = self.clock.now()
        self.breakers = Breakers(self.schedule)
        keyring = keyring or Keyring()
        self.api = InstrumentedApi(
            client,
            self.catalogue,
            keyring,
            self.breakers,
            self.metrics,
            self.clock,
            Pace(self.clock, self.schedule.wait(self.catalogue.submit_interval)),
        )
        self.accounts = Accounts(
            self.store, self.api, self.clock, keyring, policy or OwnerPolicy(), send_alert, self.schedule
        )

    def works_for(self, guild_id: int) -> bool:
        """Whether this process sees to what a server has beside its jobs."""
        return self.slots.has(self.accounts.account_of(guild_id))
