"""Jams: contests and other things that members make together, from the start to the result."""
