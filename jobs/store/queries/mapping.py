"""Rows of jobs, clips, posts, settings and drafts into models. An unknown state raises, loudly."""

from collections.abc import Mapping
from dataclasses import astuple, fields
from operator import itemgetter
from typing import Any

from sqlalchemy import Row

from jobs.models import Clip, GuildSettings, Job, Order, Post, Reason
from jobs.models.quota import Period, Quota, Subject, Unit
from jobs.models.states import JobState
from jobs.store.schema import job

_REASONS = frozenset(Reason)
# By position, as the engine reads thousands of jobs a second: by name takes five times as long.
_JOB = tuple(field.name for field in fields(Job))
_of_job = itemgetter(*(job.c.keys().index(name) for name in _JOB))
_STATE, _REASON = _JOB.index("state"), _JOB.index("reason")
_CLIP = tuple(field.name for field in fields(Clip))
_POST = tuple(field.name for field in fields(Post))
_SETTINGS = frozenset(field.name for field in fields(GuildSettings))
_TUPLES = frozenset({"alert_at", "blocked", "exempt_roles"})


def job_from(row: Row[Any]) -> Job:
    """A row of `select(job)` as its model; ValueError for a state that we do not know."""
    values = list(_of_job(row))
    values[_STATE] = JobState(values[_STATE])
    # One from a version that knew more of them must not keep every other row from being read.
    values[_REASON] = Reason(values[_REASON]) if values[_REASON] in _REASONS else Reason.INTERNAL
    return Job(*values)


def clip_from(row: Row[Any]) -> Clip:
    """A row of `clip` as its model."""
    return Clip(**{name: row._mapping[name] for name in _CLIP})  # noqa: SLF001 - SQLAlchemy's documented accessor


def post_from(row: Row[Any]) -> Post:
    """A row of `post` as its model."""
    values = {name: row._mapping[name] for name in _POST}  # noqa: SLF001 - as above
    values["attached"], values["linked"] = tuple(values["attached"]), tuple(values["linked"])
    return Post(**values)


def settings_from(values: dict[str, Any]) -> GuildSettings:
    """The rows of `setting` of one server; what a newer version has noted there is left aside."""
    known = {name: value for name, value in values.items() if name in _SETTINGS}
    for name in _TUPLES & known.keys():
        known[name] = tuple(known[name])
    if "quotas" in known:
        known["quotas"] = tuple(
            Quota(Subject(subject), subject_id, Unit(unit), Period(period), amount)
            for subject, subject_id, unit, period, amount in known["quotas"]
        )
    return GuildSettings(**known)


def setting_value(value: Any) -> Any:  # noqa: ANN401 - whatever a setting may be
    """A setting as JSON has it."""
    if isinstance(value, Quota):
        return list(astuple(value))
    if isinstance(value, Mapping):
        return {name: list(ids) for name, ids in value.items()}
    return [setting_value(one) for one in value] if isinstance(value, tuple) else value


def order_from(row: Row[Any]) -> Order:
    """A row of `draft` as the order it holds."""
    return Order(row.operation, row.params, row.summary, source_clip_id=row.source_clip_id)
