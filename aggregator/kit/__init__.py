"""For whoever adds a source: a beginning, what is still missing, and a live report."""
