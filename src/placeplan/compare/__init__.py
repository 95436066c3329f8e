"""Plans beside each other on the same futures."""
