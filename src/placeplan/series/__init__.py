"""Published series as they come: what a file is, told by its content, and its figures in one tidy table."""
