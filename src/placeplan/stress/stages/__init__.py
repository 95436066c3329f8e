"""A plan at each of its stages: run with the freedoms of that stage, and told."""
