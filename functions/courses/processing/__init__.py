"""Coordination with the retrieval service, which parses, chunks and searches documents."""
