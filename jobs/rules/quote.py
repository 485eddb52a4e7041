"""What an order costs, who pays it, and what is wrong with the order itself. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from jobs.models import OWN_ACCOUNT, UNASKED, Balance, Job, Order, Origin, Profile
from jobs.models.rejections import KeyProblem, Rejection, Retired, WrongInput
from jobs.rules.admission import Facts, Quote
from jobs.rules.resolve_source import resolve_source
from musicapi import InvalidInput, build

# Every paid submit reads the balance; an older one is of a quiet time, in which others may have used the key.
_OLD_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose key would pay for an order, and the owner's rules for that.

    Attributes:
        account: None where this server may use none.
        readable: Whether the key can be used.
        balance_required: Whether an unknown balance stops the order.
        daily_cap: Credits a day (UTC) that the bot's own key may spend over all servers; None for no cap.
    """

    account: int | None = OWN_ACCOUNT
    readable: bool = True
    balance_required: bool = False
    daily_cap: int | None = None


@dataclass(frozen=True, slots=True)
class Enquiry:
    """An order before admission.

    Attributes:
        retired_for: Seconds for which the API is not asked again for what it said that it has retired.
        agreed: The price that the member has agreed to.
        unasked: Parameters that the member is still to be asked for.
        again: The price of the held job that is to be tried again; None for a new order.
        reread: Whether the balance was read again for this order just now; with what came of it.
    """

    order: Order
    origin: Origin
    payer: Payer
    now: float
    retired_for: float = 0.0
    agreed: int = 0
    unasked: Collection[str] = ()
    again: int | None = None
    reread: bool = False
    balance: Balance | None = None


def retired_key(profile: Profile, asked: Job | Order, account: int | None) -> str:
    """Where it is noted: retired is an operation with a model for an account; others may be offered it."""
    default = profile.default_model(profile.terms(asked.operation).provider)
    return f"retired:{account}:{asked.operation}:{asked.params.get('model') or default}"


def make_quote(enquiry: Enquiry, facts: Facts, profile: Profile) -> tuple[Order, Quote]:
    """The order with the facts of its source, and its price with the first thing that is wrong with it."""
    terms, payer = profile.terms(enquiry.order.operation), enquiry.payer
    order, objection = _resolved(enquiry, facts, profile)
    price = profile.price(order.operation, order.params) if enquiry.again is None else enquiry.again
    unreadable = payer.account is not None and not payer.readable
    return order, Quote(
        terms.provider,
        price,
        payer.account,
        objection
        or _invalid(order, profile, enquiry.unasked)
        or (KeyProblem.UNREADABLE if unreadable else None),
        _balance(enquiry, facts),
        payer.balance_required,
        payer.daily_cap,
        price <= enquiry.agreed,
        enquiry.again,
    )


def _resolved(enquiry: Enquiry, facts: Facts, profile: Profile) -> tuple[Order, Rejection | None]:
    """What a job is tried again with was resolved the first time."""
    if enquiry.again is not None:
        return enquiry.order, None
    terms, retired = profile.terms(enquiry.order.operation), _retired(enquiry, facts, profile)
    order, unfit = resolve_source(enquiry.order, facts.source, terms)
    order = replace(order, params={**order.params, **dict.fromkeys(enquiry.unasked, UNASKED)})
    return order, retired or unfit


def _retired(enquiry: Enquiry, facts: Facts, profile: Profile) -> Rejection | None:
    order = enquiry.order
    terms = profile.terms(order.operation)
    if terms.retired:
        return Retired(order.operation)
    until = float(facts.retired_at or 0.0) + enquiry.retired_for
    if until <= enquiry.now:
        return None
    asked = str(order.params.get("model") or profile.default_model(terms.provider))
    model = profile.model(terms.provider, asked)
    return Retired(order.operation, model.name if model else "", until)


def _invalid(order: Order, profile: Profile, unasked: Collection[str]) -> Rejection | None:
    try:
        build(order.operation, order.params, profile)
    except InvalidInput as error:
        return None if error.field in unasked else WrongInput(error.field, error.reason, order.operation)
    return None


def _balance(enquiry: Enquiry, facts: Facts) -> Balance | None:
    """The last balance; where the owner wants to be sure, not an old one."""
    if enquiry.reread:
        return enquiry.balance
    known = facts.balance
    old = known is not None and enquiry.now - known.at > _OLD_SECONDS
    return None if old and enquiry.payer.balance_required else known
