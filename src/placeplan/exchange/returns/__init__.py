"""Planning returns: finance, workforce, activity and capital, read, set against each other, and written from a plan."""
