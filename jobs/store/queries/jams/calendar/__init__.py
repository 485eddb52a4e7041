"""Statements on what leads from one jam to the next: events, seasons, and what winners lend."""
