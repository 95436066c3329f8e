"""Where anyone says that a number of a plan should be another, sees what follows, and gets a reply from somebody named."""
