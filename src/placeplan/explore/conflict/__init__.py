"""Which promises cannot all hold: proved, or not found."""
