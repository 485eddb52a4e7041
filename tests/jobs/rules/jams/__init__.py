"""Jams in turns."""
