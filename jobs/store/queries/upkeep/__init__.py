"""What is taken out of the database: all about a member, and what is old."""
