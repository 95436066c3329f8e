"""The word of a plan, what breaks it, and the sentences that say so."""
