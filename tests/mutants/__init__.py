"""Mutations of the source that the tests must notice: `python -m tests.mutants`, see `make mutants`."""
