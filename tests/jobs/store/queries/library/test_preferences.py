"""What a member prefers is theirs alone, and an empty wish is none."""

from jobs.models import Preferences
from jobs.store import Store
from jobs.store.queries.library import preferences

MIA, RAVI = 33, 44
V5 = preferences.model_of("suno")


async def test_wishes_are_kept_changed_and_cleared(store: Store) -> None:
    assert await store.read(preferences.of_member, MIA) == Preferences()
    chosen = await store.write(preferences.change, MIA, {V5: "chirp-v5", "style": "lo-fi", "copies": True})
    assert chosen == Preferences({"suno": "chirp-v5"}, "lo-fi", copies=True)
    assert await store.read(preferences.of_member, RAVI) == Preferences()
    chosen = await store.write(preferences.change, MIA, {"style": "", "closed_since": 7, "copies": False})
    assert chosen == Preferences({"suno": "chirp-v5"}, closed_since=7)
    await store.write(preferences.change, RAVI, {"style": "folk"})
    await store.write(preferences.clear, MIA)
    assert await store.read(preferences.of_member, MIA) == Preferences()
    assert (await store.read(preferences.of_member, RAVI)).style == "folk"


async def test_a_wish_of_a_newer_version_does_no_harm(store: Store) -> None:
    await store.write(preferences.change, MIA, {"voice": "low", "style": "lo-fi"})
    assert await store.read(preferences.of_member, MIA) == Preferences(style="lo-fi")
