"""Pages: one per place in the navigation."""
