"""Forms: one editor per kind of value, and the record form generated from the standard."""
