"""Uploaded files: type by content, and safe names."""
