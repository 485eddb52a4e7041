"""The background loop: submits, polls and delivers what the store says is due."""
