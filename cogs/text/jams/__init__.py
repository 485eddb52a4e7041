"""Sentences about jams: what stands in the channel, and what one member reads."""
