"""Where a plan is written: drafts, their files and problems, runs, uploads and downloads; for those who have a role."""
