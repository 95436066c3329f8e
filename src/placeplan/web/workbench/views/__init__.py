"""Pages of the workbench for authors: thin, over drafts, uploads and jobs; one file a topic."""
