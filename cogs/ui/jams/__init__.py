"""What is seen and pressed of jams: their messages, ballots, and the entries of one member."""
