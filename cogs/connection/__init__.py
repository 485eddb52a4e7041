"""discord.py with its faults mended: requests, reconnecting, what arrives."""
