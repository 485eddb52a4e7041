"""The settings of a server, by its moderators, and of all servers, by the bot's owner."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jobs.models.quota import Quota


@dataclass(frozen=True, slots=True)
class Block:
    """A member who may order nothing: until a time, or (None) until somebody lifts it."""

    user_id: int
    until: float | None = None
    reason: str = ""

    def holds(self, now: float) -> bool:
        return self.until is None or self.until > now


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """Chosen by a server's moderators; the defaults hold until then.

    Attributes:
        threads: Whether each song gets a thread for itself and all that is made from it.
        results_channel: Takes all results, threads or not; None for the channel of the command.
        channels: Where each family of commands may be used, `any` for the rest; empty for everywhere.
        roles: Who may use it, likewise; empty for everyone.
        in_flight: Jobs that one member may have under way; 0 for any number.
        confirm_from: The price from which a member must confirm; 0 for never.
        balance_for_all: Whether members see the balance, or moderators only.
        timezone: Decides when a day begins.
        alert_channel: Where low-balance alerts are posted; None for nowhere.
        alert_at: Credits below which one is posted, once per crossing.
        blocked: Members who may order nothing, and those who might not until a time that has passed.
        exempt_roles: Roles whose members have only their own quota and the server's.
        forbidden_words: Orders whose text holds one of them are refused.
        log_channel: Where orders are listed; None for nowhere.
        jam_hosts: Roles whose members may start jams, as moderators may.
        jam_pot: Credits of the largest pot that a host may set who is no moderator.
    """

    threads: bool = False
    results_channel: int | None = None
    channels: Mapping[str, Sequence[int]] = field(default_factory=dict)
    roles: Mapping[str, Sequence[int]] = field(default_factory=dict)
    in_flight: int = 0
    confirm_from: int = 20
    balance_for_all: bool = True
    timezone: str = "UTC"
    alert_channel: int | None = None
    alert_at: tuple[int, ...] = (100, 20)
    blocked: tuple[Block, ...] = ()
    exempt_roles: tuple[int, ...] = ()
    quotas: tuple[Quota, ...] = ()
    forbidden_words: tuple[str, ...] = ()
    log_channel: int | None = None
    jam_hosts: tuple[int, ...] = ()
    jam_pot: int = 100

    def block_of(self, user_id: int, now: float) -> Block | None:
        return next((one for one in self.blocked if one.user_id == user_id and one.holds(now)), None)


# Computes changes, by the names of `GuildSettings`, from the settings of that moment. May run twice.
Edit = Callable[[GuildSettings], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class OwnerPolicy:
    """The owner's choices for all servers.

    Attributes:
        daily_cap: Credits a day (UTC) that the bot's own key may spend over all servers; None for no cap.
        balance_required: Whether orders are refused while the balance cannot be read.
        own_key_for: Servers that may use the bot's own key; None for all.
        keep_days: For how many days what nothing needs any more is kept; None for ever.
    """

    daily_cap: int | None = None
    balance_required: bool = False
    own_key_for: frozenset[int] | None = None
    keep_days: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A changed setting, with values as in JSON."""

    user_id: int
    name: str
    before: Any
    after: Any
    at: float


@dataclass(frozen=True, slots=True)
class ServerKey:
    """A key that a server gave, by number; never the key itself."""

    guild_id: int
    account: int
    user_id: int
    given_at: float
