"""What findings are made of, by what it is about."""
