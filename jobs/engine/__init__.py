"""The background loop: submits, polls and delivers what the store says is due."""

from contextvars import ContextVar

# The job that the running code is about, for the log: libraries that it calls cannot know.
current_job: ContextVar[int | None] = ContextVar("current_job", default=None)
