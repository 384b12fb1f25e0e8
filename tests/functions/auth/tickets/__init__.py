"""Tests of tickets for streams."""
