"""The outbox: results, notices and alerts into channels."""
