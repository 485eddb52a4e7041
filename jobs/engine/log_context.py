"""Which job the running code is about, for the log: libraries that it calls cannot know."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

current_job: ContextVar[int | None] = ContextVar("current_job", default=None)


@contextmanager
def log_context(job_id: int) -> Iterator[None]:
    """Every line that is logged inside carries the job's number."""
    token = current_job.set(job_id)
    try:
        yield
    finally:
        current_job.reset(token)
