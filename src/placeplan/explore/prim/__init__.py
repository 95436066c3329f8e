"""In which worlds something fails: boxes by patient rule induction."""
