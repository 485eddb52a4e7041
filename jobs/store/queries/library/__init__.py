"""Statements of members' own: the library of results, likes, what was removed, what they prefer."""
