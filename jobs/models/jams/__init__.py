"""What is shown of jams: figures in their messages, and albums."""
