"""NumPy modules written by `resmax-sym generate` from proved claims; edit the claims, not these files."""
