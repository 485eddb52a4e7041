"""What the balance says about a paid call whose answer was lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.rules.charge_inference import Verdict, infer_charge

CHARGED, FREE, OPEN = Verdict.CHARGED, Verdict.NOT_CHARGED, Verdict.OPEN
PRICES = st.sampled_from([1, 2, 10, 14, 20, 50])
RIVALS = st.lists(st.tuples(PRICES, st.booleans()), max_size=6)


@pytest.mark.parametrize(
    ("after", "price", "charges", "refunds", "verdict"),
    [
        (490, 10, [], [], CHARGED),
        (500, 10, [], [], FREE),
        (495, 10, [], [], OPEN),  # somebody else spends from this account
        (510, 10, [], [], OPEN),
        (480, 10, [], [], OPEN),
        (490, 10, [10], [], OPEN),  # ours or the other's
        (500, 10, [10], [], FREE),
        (480, 10, [10], [], CHARGED),
        (450, 10, [50], [], FREE),
        (440, 10, [50], [], CHARGED),
        (490, 10, [50], [], CHARGED),
        (500, 10, [], [10], OPEN),  # nothing happened, or ours and a refund
        (490, 10, [], [10], CHARGED),
        (510, 10, [], [10], FREE),
        (500, 10, [10], [10], OPEN),
        (480, 10, [10], [10], CHARGED),
        (510, 10, [10], [10], FREE),
        (500, 50, [], [10, 20, 20], OPEN),
        (490, 10, [4, 6], [], OPEN),
        (500, 0, [], [], OPEN),  # what is free leaves no trace
        (490, 10, [7] * 13, [], OPEN),  # too many to tell
        (490, 10, [7] * 6, [3] * 7, OPEN),
        (490, 10, [7] * 12, [], CHARGED),
    ],
)
def test_verdicts(after: int, price: int, charges: list[int], refunds: list[int], verdict: Verdict) -> None:
    assert infer_charge(500, after, price=price, charges=charges, refunds=refunds) is verdict


@given(before=st.integers(0, 10_000), price=PRICES, was_charged=st.booleans(), charges=RIVALS, refunds=RIVALS)
def test_it_never_concludes_wrongly(
    before: int,
    price: int,
    charges: list[tuple[int, bool]],
    refunds: list[tuple[int, bool]],
    *,
    was_charged: bool,
) -> None:
    """Whatever of the possible charges and refunds came about, the verdict is right or open."""
    after = before - price * was_charged
    after -= sum(amount for amount, happened in charges if happened)
    after += sum(amount for amount, happened in refunds if happened)
    verdict = infer_charge(
        before,
        after,
        price=price,
        charges=[amount for amount, _ in charges],
        refunds=[amount for amount, _ in refunds],
    )
    assert verdict in (OPEN, CHARGED if was_charged else FREE)


@given(before=st.integers(0, 10_000), price=PRICES, was_charged=st.booleans())
def test_alone_it_always_concludes(before: int, price: int, *, was_charged: bool) -> None:
    verdict = infer_charge(before, before - price * was_charged, price=price)
    assert verdict is (CHARGED if was_charged else FREE)
