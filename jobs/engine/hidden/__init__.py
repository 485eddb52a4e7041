"""What a blind jam hides: kept in a folder of the bot instead of being posted."""
