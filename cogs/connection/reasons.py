"""What kept a request from Discord, in words for the log and for whoever runs the bot."""

import os
import socket
import ssl

import discord


def reason(error: BaseException) -> str:
    """Say what went wrong; never the text of the error, which may hold an address with a token."""
    cause = getattr(error, "os_error", None) or error  # aiohttp keeps the system's own error there
    if isinstance(error, discord.HTTPException):
        return f"HTTP {error.status}, code {error.code}"
    if isinstance(cause, socket.gaierror):
        return "name not found"
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    if isinstance(cause, ssl.SSLError):
        return "no secure connection"
    if isinstance(cause, OSError) and cause.errno:
        return os.strerror(cause.errno).lower()
    return _WORDS.get(type(error).__name__, type(error).__name__)


# Of aiohttp's errors those that have no error of the system behind them.
_WORDS = {
    "ServerDisconnectedError": "connection closed",
    "ClientOSError": "connection broken",
    "ClientConnectionResetError": "connection broken",
    "ClientPayloadError": "answer cut off",
}
