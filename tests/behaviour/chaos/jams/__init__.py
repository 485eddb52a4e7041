"""The same chaos over jams: members run relays and contests in it, and every ballot is counted again."""
