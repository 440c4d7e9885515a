"""What is drawn on paper: sheets and letters, in millimetres."""
