"""Parameter files of the New Hospital Programme's demand model, read into a plan and written from one."""
