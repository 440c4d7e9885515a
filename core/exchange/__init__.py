"""What comes in and what goes up: intake of foreign files, packages, verification."""
