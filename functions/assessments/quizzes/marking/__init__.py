"""Marking: grades by the model, appeals against them, and grades by hand."""
