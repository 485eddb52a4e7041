"""Answers with the exact headers of Discord's."""

import json

from aiohttp import web

from tests.fakes.discord.model import JsonObject

# discord.py takes an answer for text unless its type is exactly this, without a charset (http.py,
# json_or_text), and a 429 without `Via` for a ban by Cloudflare (http.py, HTTPClient.request).
JSON_TYPE = "application/json"
VIA = "1.1 google"


def json_answer(payload: JsonObject | list[JsonObject], status: int = 200) -> web.Response:
    """Return a JSON answer."""
    return web.Response(
        status=status,
        body=json.dumps(payload, separators=(",", ":")).encode(),
        headers={"Content-Type": JSON_TYPE},
    )


def no_content() -> web.Response:
    """Return an answer without a body."""
    return web.Response(status=204)
