"""Uploads of documents: as a form, directly to the object store, or by address."""
