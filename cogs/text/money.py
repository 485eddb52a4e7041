"""Amounts of credits in words."""


def credits_text(amount: int) -> str:
    """An amount of credits."""
    return "free" if amount == 0 else "1 credit" if amount == 1 else f"{amount:,} credits"
