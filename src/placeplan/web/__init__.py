"""The workbench: the plan on the web, for its authors and for the public. Thin views over the same functions as the command line's."""
