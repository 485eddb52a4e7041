"""What kept a request from Discord is said in words, without an address."""

import errno
import socket
import ssl
from typing import Any
from unittest import mock

import aiohttp
import discord
import pytest
from aiohttp.client_reqrep import ConnectionKey

from cogs.connection.reasons import reason


def key() -> ConnectionKey:
    return mock.Mock(spec=ConnectionKey, host="discord.com/secret", port=443, ssl=True)


def answer(status: int, body: dict[str, Any]) -> discord.HTTPException:
    response = mock.Mock(spec=aiohttp.ClientResponse, status=status, reason="secret")
    return discord.HTTPException(response, body)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (aiohttp.ClientConnectorDNSError(key(), socket.gaierror(-2, "secret")), "name not found"),
        (socket.gaierror(-3, "secret"), "name not found"),
        (aiohttp.ClientConnectorError(key(), OSError(errno.ECONNREFUSED, "secret")), "connection refused"),
        (ConnectionResetError(errno.ECONNRESET, "secret"), "connection reset by peer"),
        (OSError(errno.ENETUNREACH, "secret"), "network is unreachable"),
        (aiohttp.ConnectionTimeoutError("secret"), "no answer in time"),
        (TimeoutError("secret"), "no answer in time"),
        (aiohttp.ClientConnectorSSLError(key(), ssl.SSLError(1, "secret")), "no secure connection"),
        (aiohttp.ServerDisconnectedError("secret"), "connection closed"),
        (answer(403, {"code": 50001, "message": "secret"}), "HTTP 403, code 50001"),
        (RuntimeError("secret"), "RuntimeError"),
    ],
)
def test_an_error_is_a_few_words(error: BaseException, says: str) -> None:
    assert reason(error) == says
