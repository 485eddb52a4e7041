"""What holds: for a server, as its moderators have chosen; for all, as whoever runs the bot has."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jobs.models.quota import Quota


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What the moderators of a server have chosen. The defaults hold until they do.

    Attributes:
        threads: Whether each song gets a thread, in which it and all that is made from it is posted.
        results_channel: Where all results are posted, threads or not; None for where they were asked for.
        channels: Where each family of commands may be used, `any` for the rest; nothing for everywhere.
        roles: Who may use it, likewise; nothing for everyone.
        in_flight: Jobs that one member may have under way; 0 for any number.
        confirm_from: The price from which a member is asked first; 0 for never.
        balance_for_all: Whether members see the balance, or moderators only.
        timezone: Whose calendar "today" is of.
        alert_channel: Where a low balance is told; None for nowhere.
        alert_at: Credits below which it is told, once per crossing.
        blocked: Members who may order nothing.
        exempt_roles: Roles whose members have no quota but their own and the server's.
    """

    threads: bool = False
    results_channel: int | None = None
    channels: Mapping[str, Sequence[int]] = field(default_factory=dict)
    roles: Mapping[str, Sequence[int]] = field(default_factory=dict)
    in_flight: int = 0
    confirm_from: int = 0
    balance_for_all: bool = True
    timezone: str = "UTC"
    alert_channel: int | None = None
    alert_at: tuple[int, ...] = (100, 20)
    blocked: tuple[int, ...] = ()
    exempt_roles: tuple[int, ...] = ()
    quotas: tuple[Quota, ...] = ()


# What to change, from what is set in that very moment, by the names of `GuildSettings`. May be run twice.
Edit = Callable[[GuildSettings], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class OwnerPolicy:
    """What the one who runs the bot has chosen for all servers.

    Attributes:
        daily_cap: Credits a day (UTC) that the bot's own key may spend over all servers; None for no cap.
        balance_required: Whether orders are refused while the balance cannot be read.
        own_key_for: Servers that may use the bot's own key; None for all.
    """

    daily_cap: int | None = None
    balance_required: bool = False
    own_key_for: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that was changed: by whom, from what, to what; values as JSON has them."""

    user_id: int
    name: str
    before: Any
    after: Any
    at: float


@dataclass(frozen=True, slots=True)
class ServerKey:
    """Which key a server gave: by its number, who gave it, when. Never the key itself."""

    guild_id: int
    account: int
    user_id: int
    given_at: float
