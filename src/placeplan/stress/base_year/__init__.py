"""The base year beside what was published: what it was fitted to, what it predicts, whether it is calibrated."""
