"""Who may decide on what of a plan, and what each member takes on."""
