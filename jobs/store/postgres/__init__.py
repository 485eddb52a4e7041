"""PostgreSQL in place of the SQLite file. Loaded only where DATABASE_URL asks for it."""
