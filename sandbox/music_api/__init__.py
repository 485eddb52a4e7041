"""A fake AI Music API: the same answers over real HTTP, and sound that plays."""

from sandbox.music_api.calls import Call, Hook, Request, Work
from sandbox.music_api.errors import ApiError
from sandbox.music_api.options import Options
from sandbox.music_api.server import FakeMusicApi
from sandbox.music_api.service import Balance, Charge
from sandbox.music_api.tasks import Clip, Clock, Sound, Task

__all__ = [
    "ApiError", "Balance", "Call", "Charge", "Clip", "Clock", "FakeMusicApi", "Hook", "Options", "Request",
    "Sound", "Task", "Work",
]  # fmt: skip
