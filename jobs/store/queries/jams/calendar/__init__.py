"""Statements on what jams are part of, and when members see them coming."""
