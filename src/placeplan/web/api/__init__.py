"""What programs read: the same as the pages say, with units, sources and digests."""
