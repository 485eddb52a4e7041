"""What members do with jams: enter, vote, see how it stands; and what hosts decide."""
