"""What discord.py lets through when the connection to Discord breaks.

It neither retries these on Linux nor translates them, so the library underneath shows here and in no
other file of this package.
"""

from aiohttp import ClientError

TRANSPORT_ERRORS = (OSError, TimeoutError, ClientError)
