"""What is shown of jams: figures in their messages, albums, and scheduled events."""
