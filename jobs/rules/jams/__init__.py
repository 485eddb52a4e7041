"""Decisions about jams in turns."""
