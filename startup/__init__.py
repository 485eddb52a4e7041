"""Start-up: settings, logging, and the joining of the parts that do not know each other."""
