"""Plans as the workbench keeps them: every version whole, byte for byte, none ever changed."""
