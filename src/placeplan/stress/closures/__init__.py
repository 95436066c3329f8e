"""What a plan closes, what has to be there first, and the four tests of 2010."""
