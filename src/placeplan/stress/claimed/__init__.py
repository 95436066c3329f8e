"""What is claimed beside what the model finds, and what studies of the same say."""
