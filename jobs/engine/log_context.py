"""The current job, for every log line, including those of libraries."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

current_job: ContextVar[int | None] = ContextVar("current_job", default=None)


@contextmanager
def log_context(job_id: int) -> Iterator[None]:
    token = current_job.set(job_id)
    try:
        yield
    finally:
        current_job.reset(token)
