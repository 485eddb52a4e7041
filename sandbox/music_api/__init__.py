"""A stand-in for the AI Music API: the same answers over real HTTP, real sound, and faults on demand."""

from sandbox.music_api.account import Balance, Charge
from sandbox.music_api.behaviour import Behaviour
from sandbox.music_api.calls import Request
from sandbox.music_api.clock import Clock, ManualClock, SystemClock
from sandbox.music_api.faults import Faults
from sandbox.music_api.sounds import FixedSound, RealSound, Sound
from sandbox.music_api.stand_in import MusicApiStandIn

__all__ = [
    "Balance",
    "Behaviour",
    "Charge",
    "Clock",
    "Faults",
    "FixedSound",
    "ManualClock",
    "MusicApiStandIn",
    "RealSound",
    "Request",
    "Sound",
    "SystemClock",
]
