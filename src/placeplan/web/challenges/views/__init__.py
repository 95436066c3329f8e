"""Pages of challenges: reading them, finding a number and sending one, replying and moderating."""
