"""Saved pages changed as portals change them: whatever is not read as before has to be noticed."""
