"""Grading: the points that an answer earns, by the key, by the model, or by hand."""
