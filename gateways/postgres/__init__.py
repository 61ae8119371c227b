"""PostgreSQL: the log and the index of the embedded default, and the server itself."""
