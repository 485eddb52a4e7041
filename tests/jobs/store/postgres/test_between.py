"""What one process decides holds although another does something in the middle of it."""

from functools import partial
from pathlib import Path

import pytest

from jobs.models import Order
from jobs.models.rejections import Denied
from jobs.rules.quote import Enquiry, Payer
from jobs.store import Store
from jobs.store.queries import orders
from tests.jobs.shelf import NOW, PROFILE, VISIT
from tests.jobs.store.postgres.between import both

STEM = "11111111-2222-4333-8444-555555555555"

pytestmark = [pytest.mark.postgresql, pytest.mark.real_time]


async def test_what_two_press_for_at_two_fronts_is_ordered_once(store: Store, file: Path) -> None:
    enquiry = Enquiry(
        Order("suno.wav", {"clip_id": STEM}, "a stem", source_clip_id=STEM), VISIT, Payer(), NOW
    )
    accept = partial(
        orders.accept, enquiry=enquiry, profile=PROFILE, due_at=NOW, deadline_at=NOW + 60, once=True
    )
    first, second = await both(file, accept, store.write(accept))
    assert isinstance(first, orders.Noted)
    assert second is Denied.ORDERED_ALREADY
