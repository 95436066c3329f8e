"""Every number that a plan has written down: where it stands, what it means, and the plan with another in its place."""
