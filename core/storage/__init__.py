"""The database file: tables built from the standard, engine, lock, growth, backup, doctor."""
