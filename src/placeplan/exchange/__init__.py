"""Files of others, read into a plan and written from one: what has no counterpart is always told."""
