"""Pure rules: they are handed facts and decide. No store, no clock, no network."""
