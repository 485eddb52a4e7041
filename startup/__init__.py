"""Start-up: settings, logging, and the wiring of the packages that do not know each other."""
