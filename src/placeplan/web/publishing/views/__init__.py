"""Pages of signing, answering and publishing, one file a topic."""
