"""Signing in with Firebase."""
