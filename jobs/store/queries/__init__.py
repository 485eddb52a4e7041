"""Every SQL statement, once: functions that take a connection."""
