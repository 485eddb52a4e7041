"""Statements on `preference`: what members chose for their own orders."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Preferences
from jobs.store.library_schema import preference
from jobs.store.rows import put

_MODEL = "model."
_OF_MEMBER = sa.select(preference.c.name, preference.c.value).where(
    preference.c.user_id == sa.bindparam("member")
)


def of_member(c: Connection, user_id: int) -> Preferences:
    """Read what a member prefers; what a newer version has noted there is left aside."""
    chosen = {row.name: row.value for row in c.execute(_OF_MEMBER, {"member": user_id})}
    models = {name.removeprefix(_MODEL): value for name, value in chosen.items() if name.startswith(_MODEL)}
    return Preferences(
        models, chosen.get("style", ""), chosen.get("copies", False), chosen.get("closed_since", 0)
    )


def model_of(provider: str) -> str:
    """The name under which the model of a provider is kept."""
    return _MODEL + provider


def change(c: Connection, user_id: int, values: Mapping[str, object]) -> Preferences:
    """Note what a member prefers now; an empty value is none."""
    for name, value in values.items():
        if value:
            put(c, preference, {"user_id": user_id, "name": name, "value": value})
        else:
            c.execute(sa.delete(preference).filter_by(user_id=user_id, name=name))
    return of_member(c, user_id)


def clear(c: Connection, user_id: int) -> None:
    c.execute(sa.delete(preference).filter_by(user_id=user_id))
