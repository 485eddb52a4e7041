"""What members ask for: quoted, accepted, cancelled, retried, sent again."""
