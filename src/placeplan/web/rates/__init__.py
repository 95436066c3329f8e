"""How often anyone may ask for what costs something: one table of rates, counted in the database, so that all processes share it."""
