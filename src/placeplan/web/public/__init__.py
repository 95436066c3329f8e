"""What anyone can look at: published versions, as they were published."""
