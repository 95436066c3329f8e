"""Who may do what: people, and their roles in organisations of a place."""
