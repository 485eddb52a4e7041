"""The outside world on one machine, for someone without any account; only `bot.py` imports it, when asked."""
