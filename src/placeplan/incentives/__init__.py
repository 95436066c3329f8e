"""Who gains and who loses by going along, and on what terms all would: games of a few players; numbers in, numbers out."""
