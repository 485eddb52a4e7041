"""Who pays, what is left, what was spent."""
