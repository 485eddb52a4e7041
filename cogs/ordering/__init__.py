"""From a command, button or form to an accepted job."""
