"""The contract laboratory: the same plan paid in other forms, on the same futures; who is paid what, and who bears which risk."""
