"""Cells and sheets: reading foreign files, writing our own; nothing here knows the field."""
