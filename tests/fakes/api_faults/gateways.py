"""Answers of something in front of the API: proxies, content networks, a host that has moved."""

from typing import ClassVar

from aiohttp import web

from sandbox.music_api import Call
from tests.fakes.api_faults.rules import Fault, Phase


class Foreign(Fault):
    """An answer in nobody's shape: a row of status, text and type. Nothing has been done."""

    row: ClassVar[tuple[int, str, str]]

    async def act(self, call: Call, reply: web.Response | None) -> web.Response:
        del call, reply
        status, text, kind = self.row
        return web.Response(status=status, text=text, content_type=kind)


class Challenge(Foreign):
    """The content network wants to see a browser."""

    row = (403, "<!doctype html><title>Just a moment...</title>", "text/html")


class Deploying(Foreign):
    """The router has no backend while a new one is rolled out."""

    row = (404, "404 page not found", "text/plain")


class BadGatewayPage(Foreign):
    """The proxy has lost its backend, and says so as a page."""

    row = (502, "<html><h1>502 Bad Gateway</h1></html>", "text/html")


class GatewayObject(Foreign):
    """A gateway's JSON, which is not the API's."""

    row = (403, '{"message":"Forbidden"}', "application/json")


class LateChallenge(Challenge):
    """The work was started and charged: a rule of the content network did not like the answer."""

    phase = Phase.AFTER


class Moved(Fault):
    """Everything is at another host now."""

    phase = Phase.ARRIVAL

    async def act(self, call: Call, reply: web.Response | None) -> web.Response:
        del reply
        to = f"https://new.example{call.request.path}"
        return web.Response(status=308, headers={"Location": to})
