"""Tests of the languages that the product speaks."""
