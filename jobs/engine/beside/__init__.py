"""What works in rounds of its own beside the lanes of jobs."""
