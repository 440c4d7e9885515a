"""The window: pages, forms, tables and dialogs over core."""
