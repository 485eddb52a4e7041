"""A voice server on loopback: a WebSocket of version 8, UDP, and the server's part of DAVE."""
