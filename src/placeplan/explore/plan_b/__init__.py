"""Changed plans that none beats, the cheapest repairs, and until when turning works."""
