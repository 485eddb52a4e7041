"""Jams as members see them, from the start to the result."""
