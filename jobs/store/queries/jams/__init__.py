"""Statements on jams: their life, entries, ballots and messages."""
