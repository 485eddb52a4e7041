"""What Discord refuses in the bodies that a bot sends; one file per kind of body."""
