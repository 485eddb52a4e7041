"""The rules of the one who runs the bot, read with the other settings."""

from collections.abc import Mapping

_MOST = 10_000_000
_SWITCH = {"yes": True, "no": False}


def daily_cap(environment: Mapping[str, str]) -> int | None:
    """Credits a day that the bot's own key may spend."""
    text = environment.get("DAILY_CAP", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or int(text[:9]) > _MOST or len(text) > len(str(_MOST)):
        raise ValueError(f"DAILY_CAP must be a whole number of credits up to {_MOST:,}, or empty for no cap")
    return int(text)


def balance_required(environment: Mapping[str, str]) -> bool:
    """Whether orders wait while the balance cannot be read."""
    text = environment.get("REQUIRE_BALANCE", "no").lower()
    if text not in _SWITCH:
        raise ValueError("REQUIRE_BALANCE must be yes or no")
    return _SWITCH[text]


def secret_key(environment: Mapping[str, str]) -> str:
    """What keys of servers are encrypted with."""
    text = environment.get("SECRET_KEY", "")
    if text:
        from startup import encryption  # noqa: PLC0415 - only who lets servers give keys pays for it

        encryption.check(text)
    return text


def own_key_for(environment: Mapping[str, str]) -> frozenset[int] | None:
    """Servers that may use the bot's own key."""
    text = environment.get("KEY_SERVERS", "")
    ids = text.replace(",", " ").split()
    if any(not (one.isascii() and one.isdecimal()) or len(one) > 20 for one in ids):  # noqa: PLR2004 - 64 bits
        raise ValueError("KEY_SERVERS must be ids of servers, separated by commas, or empty for all servers")
    return frozenset(map(int, ids)) if ids else None
